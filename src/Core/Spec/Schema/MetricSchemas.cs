namespace CompressTasks.Spec.Schema;

/// <summary>The figures that programs measure.</summary>
internal static class MetricSchemas
{
    private static readonly NumberSchema _figure = new(NumberRange.Any);
    private static readonly NumberSchema _change = new(NumberRange.AtLeast(0));

    private static readonly ListSchema _words = new(new TextSchema("a word"), "a list of a program and its arguments");

    public static ObjectSchema Metric { get; } = new("metric", "a metric",
    [
        new("name", new TextSchema("a name"),
            "What reports call it, and the key to read when the program prints a JSON object.") { IsRequired = true },
        new("run", new NameOrListSchema(new TextSchema("a command line"), _words),
            "The program. `{model}` stands for the path of the restored model, `{original}` for that of the original.") { IsRequired = true },
        new("atLeast", _figure, "Least figure of the restored model.") { DefaultDescription = "not checked" },
        new("atMost", _figure, "Largest figure of the restored model.") { DefaultDescription = "not checked" },
        new("increase", _change, "By how much the figure may be above that of the original.") { DefaultDescription = "not checked" },
        new("drop", _change, "By how much the figure may be below that of the original.") { DefaultDescription = "not checked" },
        new("timeout", new DurationSchema(), "When to end the program, and all that it has started.") { Default = "10 min" },
        new("shell", new ChoiceSchema(["true", "false"]),
            "The command line goes to the system's shell: `sh -c`, on Windows `cmd /c`.") { Default = "false" },
        new("inputs", new ListSchema(new TextSchema("a path or glob"), "", AllowsSingle: true),
            "Files that the program depends on, relative to the spec: a build runs it again when they change.") { DefaultDescription = "none" },
    ]);

    public static ListSchema Metrics { get; } = new(Metric, "a list of metrics");
}
