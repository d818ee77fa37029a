namespace CompressTasks.Benchmarks.Fuzz.Engine;

/// <summary>A reader that gets inputs which nobody has written.</summary>
internal interface IFuzzTarget : IDisposable
{
    /// <summary>The name in tables and on the command line.</summary>
    string Name { get; }

    /// <summary>Whole inputs, made by real writers; small ones.</summary>
    IReadOnlyList<byte[]> Seeds();

    /// <summary>Changes an input a little.</summary>
    void Mutate(InputBuffer input, FuzzRandom random);

    /// <summary>Reads an input, all that it has.</summary>
    /// <exception cref="Exception">What <see cref="Refuses"/> knows: the input is refused. Anything else is a finding.</exception>
    void Read(ReadOnlyMemory<byte> input);

    /// <summary>Whether an exception is a documented answer to a bad input.</summary>
    bool Refuses(Exception error);

    /// <summary>The bytes of a file, and those that it declares and is asked for: what memory is measured by.</summary>
    long Asked(ReadOnlyMemory<byte> input);
}
