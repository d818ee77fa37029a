using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CompressTasks.Spec.Schema;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary>Options that several commands have, with one meaning.</summary>
internal static class CommonOptions
{
    private const int MostThreads = 1024;

    private const int PageSize = 4096;

    private const long MostAlignment = 1 << 30;

    public static Option<int?> Threads() =>
        WholeNumber("--threads", MostThreads, "Threads to use (default: one per processor). The result does not depend on it.");

    /// <summary>What <see cref="Threads"/> was given, or one thread per processor.</summary>
    public static int GetThreads(this ParseResult parsed, Option<int?> threads) => parsed.GetValue(threads) ?? Environment.ProcessorCount;

    /// <summary>A number from 1 to <paramref name="maximum"/>; null when it is not given.</summary>
    public static Option<int?> WholeNumber(string name, int maximum, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = argument =>
        {
            if (int.TryParse(Text(argument), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= maximum)
                return value;
            argument.AddError(
                FormattableString.Invariant(
                    $"{name} must be a whole number from 1 {(maximum == int.MaxValue ? "up" : $"to {maximum}")}, but is '{Text(argument)}'."));
            return null;
        },
    };

    public static Option<double?> R2(string description, string name = "--r2") => new(name)
    {
        Description = description,
        HelpName = "R",
        CustomParser = argument =>
        {
            if (double.TryParse(Text(argument), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1)
                return value;
            argument.AddError($"{name} must be a number above 0 and below 1, but is '{Text(argument)}'.");
            return null;
        },
    };

    /// <summary>A share, written as <c>1%</c> or <c>0.01</c>; null when it is not given, which stands for the value.</summary>
    public static Option<double?> Share(string name, string description, double value) => new(name)
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"{description} Default: {100 * value:0.###}%."),
        HelpName = "SHARE",
        CustomParser = argument =>
        {
            var text = Text(argument);
            var isPercent = text.EndsWith('%');
            if (double.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share)
                && double.IsFinite(share))
                return isPercent ? share / 100 : share;
            argument.AddError($"{name} must be a share such as 1% or 0.01, but is '{text}'.");
            return null;
        },
    };

    /// <summary>A size in bytes, a power of two; null when the option is not given, a page when it is given alone.</summary>
    public static Option<int?> Alignment() => new("--alignment")
    {
        Description = "Lay external data out anew, each tensor at a multiple of SIZE such as 64KiB (4KiB when no size is given), so that it can be "
            + "mapped into memory. Without this option the layout is the original's.",
        HelpName = "SIZE",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = argument =>
        {
            if (argument.Tokens is not [{ Value: var text }])
                return PageSize;
            var (digits, unit) = text.EndsWith("KiB", StringComparison.OrdinalIgnoreCase) ? (text[..^3], 1 << 10)
                : text.EndsWith("MiB", StringComparison.OrdinalIgnoreCase) ? (text[..^3], 1 << 20)
                : (text, 1);
            if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && (long)count * unit is >= 1
                and <= MostAlignment and var size && long.IsPow2(size))
                return (int)size;
            argument.AddError($"--alignment must be a power of two up to 1024MiB, such as 4096, 64KiB or 2MiB, but is '{text}'.");
            return null;
        },
    };

    /// <summary>Where results go; null when it is not given.</summary>
    public static Option<string?> OutputPath(string what, string description)
    {
        var option = new Option<string?>("--output", "-o") { Description = description, HelpName = what };
        option.Validators.Add(result =>
        {
            // A script whose variable is not set.
            if (result.Tokens is [{ Value: "" }])
                result.AddError("--output is empty; give a path, or leave the option out.");
        });
        return option;
    }

    public static Option<bool> Json(string description) => new("--json") { Description = description };

    /// <summary>Null when it is not given, which stands for normal.</summary>
    public static Option<Verbosity?> Verbosity()
    {
        var names = Enum.GetNames<Verbosity>().Select(name => name.ToLowerInvariant()).ToList();
        var option = new Option<Verbosity?>("--verbosity", "-v")
        {
            Description = $"How much to say: {English.Or(names)}, or its first letter (default: normal).",
            HelpName = "LEVEL",
            CustomParser = argument =>
            {
                // Enum.TryParse alone would take numbers as well. The first letter will do, as for dotnet build.
                if (names.Find(name => name.Equals(Text(argument), StringComparison.OrdinalIgnoreCase)
                    || name[..1].Equals(Text(argument), StringComparison.OrdinalIgnoreCase)) is { } level)
                    return Enum.Parse<Verbosity>(level, ignoreCase: true);
                argument.AddError($"--verbosity must be {English.Or(names)}, but is '{Text(argument)}'.");
                return null;
            },
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. names]);
        return option;
    }

    public static Option<bool> Force() => new("--force") { Description = "Overwrite the output file when it exists." };

    private static string Text(ArgumentResult argument) => argument.Tokens[0].Value;
}
