using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CompressTasks.Benchmarks.Chaos.Interposition;

/// <summary>
/// Stands between runs and the C library, counts the calls that concern the files of a folder, and does something to one of them. Tracers of the
/// system (strace) count for each thread, so that the n-th call of one run is another one in the next.
/// </summary>
internal sealed class Interposer
{
    private const string Source = "interposition.c";

    private readonly string _library;

    /// <param name="root">Where the library is compiled, with the C compiler that is on the path.</param>
    /// <exception cref="InvalidOperationException">There is none, or it does not take the source.</exception>
    public Interposer(string root)
    {
        var source = Path.Combine(root, Source);
        _library = Path.ChangeExtension(source, ".so");
        using (var embedded = typeof(Interposer).Assembly.GetManifestResourceStream(Source)!)
        using (var file = File.Create(source))
            embedded.CopyTo(file);
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("cc", ["-O1", "-shared", "-fPIC", "-o", _library, source, "-ldl"]))!;
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
                throw new InvalidOperationException($"'cc' does not compile {Source}");
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException($"This takes Linux and a C compiler, 'cc': {error.Message}", error);
        }
    }

    /// <summary>The environment of a run that nothing is done to but that its calls are logged.</summary>
    public IReadOnlyDictionary<string, string> Watch(string folder, string log) => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = _library,
        ["CHAOS_FOLDER"] = folder,
        ["CHAOS_LOG"] = log,
    };

    /// <summary>The same, and one call fails or ends the process.</summary>
    /// <param name="folder">That of the files.</param>
    /// <param name="log">Gets the calls.</param>
    /// <param name="call">Which.</param>
    /// <param name="error">The number of the error; null for SIGKILL.</param>
    public IReadOnlyDictionary<string, string> Hit(string folder, string log, FileCall call, int? error) =>
        new Dictionary<string, string>(Watch(folder, log))
        {
            ["CHAOS_AT"] = string.Create(CultureInfo.InvariantCulture, $"{call.Name}:{call.Number}"),
            ["CHAOS_ERROR"] = (error ?? 0).ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>The calls that a log tells of, in their order.</summary>
    public static IReadOnlyList<FileCall> Read(string log) => [.. File.ReadLines(log).Select(line => line.Split(' '))
        .Select(words => new FileCall(words[0], int.Parse(words[1], CultureInfo.InvariantCulture), words[^1] == "!"))];
}
