using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf;

namespace CompressTasks.Core.Tests.Fuzz;

public class FuzzEngineTests
{
    [Fact]
    public void AnInputIsMadeAsSmallAsItCanBe()
    {
        // A 7 before a 9, wherever they are.
        static bool Does(byte[] input) => Array.IndexOf(input, (byte)7) is >= 0 and var seven && Array.LastIndexOf(input, (byte)9) > seven;

        byte[] input = [.. Enumerable.Range(0, 200).Select(i => (byte)(i % 13))];
        Minimizer.Minimize(input, Does, attempts: 5000).ShouldBe([7, 9]);
        Minimizer.Minimize([1, 7, 1, 9, 1], input => input.Length == 5 && Does(input), attempts: 5000).ShouldBe([0, 7, 0, 9, 0]);
        Minimizer.Minimize(input, Does, attempts: 0).ShouldBe(input);
    }

    [Fact]
    public void BytesAreReplacedWithinTheCapacity()
    {
        var buffer = new InputBuffer(6);
        buffer.Set([1, 2, 3, 4]);
        buffer.Replace(1, 2, [7, 8, 9]).ShouldBeTrue();
        buffer.Bytes.ToArray().ShouldBe([1, 7, 8, 9, 4]);
        buffer.Replace(0, 0, [5, 5]).ShouldBeFalse();
        buffer.Bytes.ToArray().ShouldBe([1, 7, 8, 9, 4]);
        buffer.Remove(1, 3);
        buffer.Bytes.ToArray().ShouldBe([1, 4]);
    }

    /// <summary>Classes of counts: 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, 128 and more.</summary>
    [Fact]
    public void AnEdgeIsNewByItsClassOfCounts()
    {
        var counts = new byte[64];
        var edges = new EdgeCounts(counts);
        bool Take(int edge, byte count)
        {
            counts[edge] = count;
            return edges.Take();
        }

        Take(3, 1).ShouldBeTrue();
        counts.ShouldAllBe(count => count == 0);
        Take(3, 1).ShouldBeFalse();
        Take(3, 2).ShouldBeTrue();
        Take(3, 5).ShouldBeTrue();
        Take(3, 7).ShouldBeFalse();
        Take(3, 200).ShouldBeTrue();
        edges.Steps.ShouldBe(200);
        Take(40, 127).ShouldBeTrue();
        edges.Reached.ShouldBe(2);
        EdgeCounts.Count([[1, 0, 2, 0], [1, 0, 0, 0], [0, 0, 0, 8]]).ShouldBe(3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnInputThatTakesTooLongIsSeenOnce(bool busy)
    {
        var limit = TimeSpan.FromMilliseconds(busy ? 150 : 400);
        long? reading = 1;
        using var seen = new ManualResetEventSlim();
        var times = 0;
        using var watchdog = new Watchdog(() => reading, busy ? limit : TimeSpan.MaxValue, busy ? TimeSpan.MaxValue : limit, () =>
        {
            times++;
            reading = null;
            seen.Set();
        });
        while (busy && !seen.IsSet)
            Thread.SpinWait(1000);
        seen.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        Thread.Sleep(300);
        times.ShouldBe(1);
    }

    [Fact]
    public void InputsThatEndInTimeAreNotSeen()
    {
        long reading = 0;
        var seen = false;
        using (new Watchdog(() => reading, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(300), () => seen = true))
        {
            for (; reading < 20; reading++)
                Thread.Sleep(30);
        }

        seen.ShouldBeFalse();
    }

    /// <summary>What is changed inside of a message still has the right lengths around it, or hardly anything behind it would ever be read.</summary>
    [Fact]
    public void MostChangedMessagesAreMessages()
    {
        var inner = new GraphProto
        {
            Name = "inner",
            Initializer = { new TensorProto { Name = new string('n', 100), Dims = { 1, 2, 300 }, RawData = ByteString.CopyFrom(new byte[130]) } }
        };
        var attribute = new AttributeProto { Name = "body", G = inner };
        var node = new NodeProto { OpType = "If", Attribute = { attribute } };
        var message = new ModelProto { Graph = new GraphProto { Node = { node } } }.ToByteArray();
        var (mutator, random, buffer) = (new ProtobufMutator(new ByteMutator([])), new FuzzRandom(1), new InputBuffer(1 << 16));
        var (parsed, deep) = (0, 0);
        for (var i = 0; i < 2000; i++)
        {
            buffer.Set(message);
            mutator.Mutate(buffer, 0, buffer.Length, random);
            try
            {
                var model = ModelProto.Parser.ParseFrom(buffer.Bytes);
                parsed++;
                deep += model.Graph?.Node.FirstOrDefault()?.Attribute.FirstOrDefault()?.G is { } graph && !graph.Equals(inner) ? 1 : 0;
            }
            catch (InvalidProtocolBufferException)
            {
                continue;
            }
        }

        parsed.ShouldBeGreaterThan(1000);
        deep.ShouldBeGreaterThan(300);
    }
}
