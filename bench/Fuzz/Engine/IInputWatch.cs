namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>Knows which input is being read, in case that it never ends, or ends the process.</summary>
internal interface IInputWatch
{
    void Begin(ReadOnlySpan<byte> input);

    void End();
}
