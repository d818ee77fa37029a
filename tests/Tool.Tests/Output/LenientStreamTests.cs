using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Tests.Output;

/// <summary>Standard error that was closed before the process began (<c>2&gt;&amp;-</c>), and standard output on a full disk.</summary>
public sealed class LenientStreamTests
{
    [Fact]
    public void WhatCannotBeSaidIsNotSaid()
    {
        using var stream = new LenientStream(new Failing(new IOException("no space left")), _ => true);
        stream.Write([1, 2], 0, 2);
        stream.Flush();
    }

    [Fact]
    public void AResultThatCannotBeWrittenIsAnErrorUnlessNobodyWantsIt()
    {
        using var full = new LenientStream(new Failing(new IOException("no space left")), LenientStream.IsClosed);
        Should.Throw<IOException>(() => full.Write([1, 2], 0, 2));
        using var closed = new LenientStream(new Failing(new UnauthorizedAccessException("bad file descriptor")), LenientStream.IsClosed);
        closed.Write([1, 2], 0, 2);
    }

    [Fact]
    public void TheRestIsPassedOn()
    {
        using var memory = new MemoryStream();
        using var stream = new LenientStream(memory, _ => true);
        stream.Write([1, 2, 3], 1, 2);
        memory.ToArray().ShouldBe([2, 3]);
    }

    private sealed class Failing(Exception error) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw error;

        public override void Flush() => throw error;
    }
}
