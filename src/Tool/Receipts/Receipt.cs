using System.Globalization;
using System.Text;
using CompressTasks.IO;

namespace CompressTasks.Tool.Receipts;

/// <summary>
/// The record of a run that passed its gate: what went in and what came out. As long as all of it is unchanged, running again would make the same
/// artifacts. A text file, one entry per line, the path last because it may hold spaces.
/// </summary>
internal sealed class Receipt(IReadOnlyList<ReceiptFile> files, IReadOnlyList<ReceiptGlob> globs, string key, IReadOnlyList<ReceiptWarning> warnings)
{
    private const string Header = "CompressTasks receipt 1";
    private const string GlobKeyword = "Glob";
    private const string KeyKeyword = "Key";
    private const string WarningKeyword = "Warning";
    private static readonly char[] _space = [' '];
    private static readonly char[] _tab = ['\t'];

    public IReadOnlyList<ReceiptFile> Files { get; } = files;

    public IReadOnlyList<ReceiptGlob> Globs { get; } = globs;

    /// <summary>What else the result depends on, such as thresholds that are not in the spec, in the words of whoever asked for the run.</summary>
    public string Key { get; } = key;

    public IReadOnlyList<ReceiptWarning> Warnings { get; } = warnings;

    /// <returns>The receipt, or null when there is none, or none that this version understands.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Receipt? Read(string path)
    {
        if (!File.Exists(path))
            return null;
#if NET
        DiskFile.Require(path);
#endif
        var lines = File.ReadAllLines(path, Encoding.UTF8);
        if (lines.Length == 0 || lines[0] != Header)
            return null;

        var files = new List<ReceiptFile>();
        var globs = new List<ReceiptGlob>();
        var key = "";
        var warnings = new List<ReceiptWarning>();
        foreach (var line in lines.Skip(1))
        {
            if (ParseGlob(line) is { } glob)
                globs.Add(glob);
            else if (ParseWarning(line) is { } warning)
                warnings.Add(warning);
            else if (line.StartsWith(KeyKeyword + " ", StringComparison.Ordinal))
                key = line.Substring(KeyKeyword.Length + 1);
            else if (ParseFile(line) is { } file)
                files.Add(file);
            else
                return null;
        }

        return new Receipt(files, globs, key, warnings);
    }

    /// <summary>The same run, with the time stamps that its files have now.</summary>
    public Receipt With(IReadOnlyList<ReceiptFile> files) => new(files, Globs, Key, Warnings);

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path, CancellationToken cancellationToken = default)
    {
        var lines = new List<string> { Header };
        lines.AddRange(Files.Select(f => FormattableString.Invariant($"{f.Role} {f.Stamp.Length} {f.Stamp.WriteTicks} {f.Stamp.Sha256} {f.Path}")));
        lines.AddRange(Globs.Select(g => $"{GlobKeyword} {g.Digest} {g.Pattern}"));
        if (Key.Length > 0)
            lines.Add($"{KeyKeyword} {OneLine(Key)}");
        lines.AddRange(
            Warnings.Select(w => FormattableString.Invariant($"{WarningKeyword} {w.Code} {w.Line} {w.Column} {w.File}\t{OneLine(w.Message)}")));

        // A receipt that is cut short would still be read, so it appears under its name only when it is whole.
        ReplacedFile.Write(path, string.Join("\n", lines) + "\n", cancellationToken);
    }

    private static ReceiptGlob? ParseGlob(string line)
    {
        var parts = line.Split(_space, 3);
        return parts.Length == 3 && parts[0] == GlobKeyword ? new ReceiptGlob(parts[2], parts[1]) : null;
    }

    private static ReceiptWarning? ParseWarning(string line)
    {
        var parts = line.Split(_space, 5);
        return parts.Length == 5
            && parts[0] == WarningKeyword
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var column)
            && parts[4].Split(_tab, 2) is { Length: 2 } text
            ? new ReceiptWarning(parts[1], text[0], at, column, text[1])
            : null;
    }

    private static string OneLine(string text) => text.Replace('\r', ' ').Replace('\n', ' ');

    private static ReceiptFile? ParseFile(string line)
    {
        var parts = line.Split(_space, 5);
        return parts.Length == 5
            && ParseRole(parts[0]) is { } role
            && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new ReceiptFile(role, parts[4], new FileStamp(length, ticks, parts[3]))
            : null;
    }

    private static ReceiptRole? ParseRole(string text) => text switch
    {
        nameof(ReceiptRole.Tool) => ReceiptRole.Tool,
        nameof(ReceiptRole.Spec) => ReceiptRole.Spec,
        nameof(ReceiptRole.Model) => ReceiptRole.Model,
        nameof(ReceiptRole.Input) => ReceiptRole.Input,
        nameof(ReceiptRole.Output) => ReceiptRole.Output,
        _ => null,
    };
}
