using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TinyGpt;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage =
        """
        usage: TinyGpt [--prompt TEXT] [--length CHARACTERS] [--temperature T] [--seed NUMBER]
          --prompt       the text to continue                          (In the beginning )
          --length       how many characters to add                    (200)
          --temperature  0 takes the likeliest character every time    (0.7)
          --seed         the same seed draws the same random numbers   (1)
        """;

    public string Prompt { get; private init; } = "In the beginning ";

    public int Length { get; private init; } = 200;

    public double Temperature { get; private init; } = 0.7;

    public int Seed { get; private init; } = 1;

    public static bool TryParse(
        string[] args, [NotNullWhen(true)] out Options? options, [NotNullWhen(false)] out string? problem)
    {
        var parsed = new Options();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            var next = parsed.With(args[i], value);
            if (next is null)
            {
                options = null;
                problem = value is null ? $"'{args[i]}' is not followed by a value." : $"Cannot use '{args[i]} {value}'.";
                return false;
            }

            parsed = next;
        }

        options = parsed;
        problem = null;
        return true;
    }

    private Options? With(string name, string? value) => name switch
    {
        "--prompt" when !string.IsNullOrEmpty(value) => this with { Prompt = value },
        "--length" when TryInteger(value, out var length) && length >= 0 => this with { Length = length },
        "--temperature" when TryNumber(value, out var temperature) && temperature >= 0 => this with { Temperature = temperature },
        "--seed" when TryInteger(value, out var seed) => this with { Seed = seed },
        _ => null,
    };

    private static bool TryInteger(string? text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool TryNumber(string? text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
