namespace CompressTasks.Spec.Schema;

/// <summary>The gate on speed.</summary>
internal static class SpeedSchemas
{
    public static ObjectSchema Speed { get; } = new("speed", "a number, or a mapping with atLeast",
    [
        new("atLeast", new NumberSchema(NumberRange.MoreThan(0)), "How many times as fast as the original the result must be.") { IsRequired = true },
        new("threads", new NumberSchema(NumberRange.Between(1, 1024), IsWhole: true), "Threads of a run.") { Default = "1" },
        new("batch", new NumberSchema(NumberRange.Between(1, 100_000), IsWhole: true),
            "Samples that go into a run, where the model takes several.") { Default = "1" },
        new("maxTime", new DurationSchema(), "When to end the measurement, once three pairs of runs are there.") { Default = "30 s" },
    ])
    {
        TextIsValueOf = "atLeast",
    };
}
