namespace CompressTasks.Spec.Schema;

/// <summary>What a value in the spec may be. Data only: the reader, the documentation and its tests all work from it.</summary>
internal abstract record ValueSchema
{
    /// <summary>What is expected, as it stands in messages and in the documentation: "a number, more than 0, at most 1".</summary>
    public abstract string Expected { get; }
}

internal sealed record NumberSchema(NumberRange Range, bool IsWhole = false) : ValueSchema
{
    public override string Expected => $"{(IsWhole ? "a whole number" : "a number")}{(Range == NumberRange.Any ? "" : $", {Range}")}";
}

/// <summary>Bytes: a whole number, or a number with a unit.</summary>
internal sealed record SizeSchema : ValueSchema
{
    public override string Expected => "bytes, such as 2000000, 2 MB, 900 KB or 1 MiB";
}

/// <summary>Seconds: a number, or a number with a unit.</summary>
internal sealed record DurationSchema : ValueSchema
{
    public override string Expected => "a time, such as 90 s, 5 min or 1 h";
}

/// <param name="What">With its article: "a path or glob".</param>
internal sealed record TextSchema(string What) : ValueSchema
{
    public override string Expected => What;
}

internal sealed record ChoiceSchema(IReadOnlyList<string> Choices) : ValueSchema
{
    public override string Expected => English.Or(Choices);

    /// <summary>The members of <typeparamref name="TEnum"/>, in small letters.</summary>
    public static ChoiceSchema Of<TEnum>()
        where TEnum : struct, Enum =>
        new([.. Enum.GetNames<TEnum>().Select(name => string.Concat(char.ToLowerInvariant(name[0]), name[1..]))]);
}

/// <param name="Item">What each item is.</param>
/// <param name="What">With its article: "a list of models".</param>
/// <param name="MinimumItems">0 or 1.</param>
/// <param name="AllowsSingle">One item may stand without the list around it.</param>
internal sealed record ListSchema(ValueSchema Item, string What, int MinimumItems = 1, bool AllowsSingle = false) : ValueSchema
{
    public override string Expected => AllowsSingle ? $"{Item.Expected}, or a list of them" : What;
}

/// <summary>A mapping whose keys are names that the user chooses.</summary>
internal sealed record NamesSchema(ValueSchema Item, string What) : ValueSchema
{
    public override string Expected => What;
}

/// <summary>A name, or what the name would stand for.</summary>
internal sealed record NameOrListSchema(TextSchema Name, ListSchema List) : ValueSchema
{
    public override string Expected => $"{Name.Expected}, or {List.Expected}";
}

/// <summary>A mapping with known keys.</summary>
/// <param name="Name">As the section is called in the documentation.</param>
/// <param name="What">With its article: "a rule".</param>
/// <param name="Keys">In the order of the documentation.</param>
internal sealed record ObjectSchema(string Name, string What, IReadOnlyList<KeySchema> Keys) : ValueSchema
{
    public override string Expected => What;

    /// <summary>Of these keys, exactly one must be there.</summary>
    public IReadOnlyList<string> ExactlyOneOf { get; init; } = [];

    /// <summary>A plain text in place of the mapping is the value of this key.</summary>
    public string? TextIsValueOf { get; init; }

    /// <summary>Each key is a stage with its options; a plain text in place of the mapping is the key of a stage without options.</summary>
    public bool IsStage { get; init; }

    public KeySchema? Find(string key) => Keys.FirstOrDefault(candidate => candidate.Name == key);
}

/// <param name="Name">As it is written in the spec.</param>
/// <param name="Value">What its value may be.</param>
/// <param name="Description">What it means, in one line of Markdown.</param>
internal sealed record KeySchema(string Name, ValueSchema Value, string Description)
{
    public bool IsRequired { get; init; }

    /// <summary>The value that is used without the key, as YAML.</summary>
    public string? Default { get; init; }

    /// <summary>In words, when no single value stands for the key.</summary>
    public string? DefaultDescription { get; init; }
}
