using CompressTasks.Benchmarks.Fuzz.Engine;

namespace CompressTasks.Core.Tests.Fuzz;

/// <summary>The campaign of hostile inputs finds what is planted, says it shortly, and does the same again.</summary>
public class FuzzLoopTests
{
    private const int Steps = 20_000;

    [Fact]
    public void AnExceptionThatIsNotDocumentedIsFoundAndMadeSmall()
    {
        static void Read(ReadOnlyMemory<byte> input)
        {
            if (input.Span.Contains((byte)0xB5))
                throw new InvalidOperationException("planted");
            throw new InvalidDataException("documented");
        }

        var loop = Run(Read, null, seed: 1, new byte[40]);
        var finding = loop.Findings.ShouldHaveSingleItem();
        finding.Signature.ShouldStartWith(nameof(InvalidOperationException));
        finding.Input.ShouldBe([0xB5]);
        loop.Accepted.ShouldBe(0);
        loop.Inputs.ShouldBe(Steps + 1);
    }

    [Fact]
    public void ASeedGivesTheSameInputsAndOutcomes()
    {
        List<string> Inputs(ulong seed)
        {
            var inputs = new List<string>();
            Run(input =>
            {
                inputs.Add(Convert.ToHexString(input.Span));
                if (input.Length > 0 && input.Span[0] == 7)
                    throw new InvalidOperationException();
            }, null, seed, [1, 2, 3], [4, 5]);
            return inputs;
        }

        var first = Inputs(seed: 3);
        first.ShouldBe(Inputs(seed: 3));
        first.ShouldNotBe(Inputs(seed: 4));
    }

    /// <summary>Four bytes, each of which counts an edge when those before it are right: by chance alone one in 2^32 inputs has them.</summary>
    [Fact]
    public void WhatReachesSomethingNewLeadsOn()
    {
        var counts = new byte[64];
        void Read(ReadOnlyMemory<byte> input)
        {
            counts[0]++;
            for (var i = 0; i < 4; i++)
            {
                if (input.Length <= i || input.Span[i] != (byte)"FUZZ"[i])
                    return;
                counts[i + 1]++;
            }

            throw new InvalidOperationException("planted");
        }

        FuzzLoop Search(EdgeCounts? edges)
        {
            var loop = Begin(Read, edges, seed: 5, new byte[6]);
            while (loop.Inputs < 1_000_000 && loop.Findings.Count == 0)
                loop.Step();
            return loop;
        }

        Search(new EdgeCounts(counts)).Findings.ShouldHaveSingleItem().Input.ShouldBe("FUZZ"u8.ToArray());
        Search(null).Findings.ShouldBeEmpty();
    }

    [Fact]
    public void MemoryBeyondTheLimitIsSuspectUnlessItWasAskedFor()
    {
        static void Read(ReadOnlyMemory<byte> input) => GC.KeepAlive(new byte[InputLimits.MemoryFor(0) + (16 * 1000)]);

        FuzzLoop.Run(new PlantedReader(Read), new byte[100], out var error).ShouldBe(Outcome.Suspect);
        error.ShouldBeNull();
        FuzzLoop.Run(new PlantedReader(Read), new byte[2000], out _).ShouldBe(Outcome.Accepted);
    }

    [Fact]
    public void WhatIsDocumentedIsARefusalAndAllElseAFinding()
    {
        FuzzLoop.Run(new PlantedReader(_ => { }), default, out _).ShouldBe(Outcome.Accepted);
        FuzzLoop.Run(new PlantedReader(_ => throw new InvalidDataException()), default, out _).ShouldBe(Outcome.Refused);
        FuzzLoop.Run(new PlantedReader(_ => throw new FindingException("wrong")), default, out var error).ShouldBe(Outcome.Finding);
        Finding.SignatureOf(error.ShouldNotBeNull()).ShouldStartWith("wrong");
    }

    private static FuzzLoop Run(Action<ReadOnlyMemory<byte>> read, EdgeCounts? edges, ulong seed, params byte[][] seeds)
    {
        var loop = Begin(read, edges, seed, seeds);
        for (var step = 0; step < Steps; step++)
            loop.Step();
        return loop;
    }

    private static FuzzLoop Begin(Action<ReadOnlyMemory<byte>> read, EdgeCounts? edges, ulong seed, params byte[][] seeds)
    {
        var loop = new FuzzLoop(new PlantedReader(read), edges, seed, new PlantedReader.NoWatch());
        loop.Begin(seeds);
        return loop;
    }
}
