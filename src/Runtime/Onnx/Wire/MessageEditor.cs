using System.Runtime.InteropServices;
using CompressTasks.IO;

namespace CompressTasks.Onnx.Wire;

/// <summary>Edits fields in the midst of nested messages: works out the length prefixes that change with them, and lays out the result.</summary>
internal static class MessageEditor
{
    /// <summary>A stretch of the result: bytes of the original, or new ones, or a hole.</summary>
    /// <param name="Offset">Where in the original the bytes lie.</param>
    /// <param name="Length">How many they are.</param>
    /// <param name="Literal">The new bytes, instead of original ones.</param>
    /// <param name="Weight">Whose hole it is, instead of bytes.</param>
    public readonly record struct Segment(int Offset, int Length, byte[]? Literal, OnnxWeight? Weight);

    /// <param name="fileLength">The original's length.</param>
    /// <param name="edits">Edits that do not overlap, in any order.</param>
    /// <returns>The edited file, from its first byte to its last.</returns>
    public static List<Segment> Apply(int fileLength, IEnumerable<MessageEdit> edits)
    {
        var all = edits.ToList();
        all.AddRange(LengthPrefixes(all));
        all.Sort((left, right) => left.Offset.CompareTo(right.Offset));
        var segments = new List<Segment>();
        var position = 0;
        foreach (var edit in all)
        {
            if (edit.Offset > position)
                segments.Add(new Segment(position, edit.Offset - position, null, null));
            if (edit.Literal.Length > 0)
                segments.Add(new Segment(0, edit.Literal.Length, edit.Literal, null));
            if (edit.Weight is { } weight)
                segments.Add(new Segment(0, (int)weight.PayloadBytes, null, weight));
            position = edit.Offset + edit.Length;
        }

        if (fileLength > position)
            segments.Add(new Segment(position, fileLength - position, null, null));
        return segments;
    }

    /// <summary>Copies the bytes of all segments but the holes.</summary>
    /// <exception cref="Diagnostics.CompressException">CT2002: the file has changed.</exception>
    public static void Write(OpenedFile file, IEnumerable<Segment> segments, Stream destination)
    {
        foreach (var segment in segments)
        {
            if (segment.Literal is { } literal)
                destination.Write(literal);
            else if (segment.Weight is null)
                Copy(file, segment, destination);
        }
    }

    private static void Copy(OpenedFile file, Segment segment, Stream destination)
    {
        const int block = 1 << 20;
        var bytes = new byte[Math.Min(block, segment.Length)];
        for (var done = 0; done < segment.Length; done += block)
        {
            var part = bytes.AsSpan(0, Math.Min(block, segment.Length - done));
            try
            {
                file.Read(segment.Offset + done, part);
            }
            catch (IOException error)
            {
                throw ModelDiagnostics.CannotBeRead(file.Path, error);
            }

            destination.Write(part);
        }
    }

    // From the innermost message to the outermost: a prefix may itself become longer or shorter, and all messages around it with it.
    private static List<MessageEdit> LengthPrefixes(List<MessageEdit> edits)
    {
        var growth = new Dictionary<WireMessage, int>();
        var byDepth = new PriorityQueue<WireMessage, int>();
        void Grow(WireMessage message, int bytes)
        {
            if (bytes == 0 || message.Parent is null)
                return;
            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(growth, message, out var known);
            sum += bytes;
            if (!known)
                byDepth.Enqueue(message, -message.Depth);
        }

        foreach (var edit in edits)
            Grow(edit.Message, edit.Growth);
        var prefixes = new List<MessageEdit>();
        while (byDepth.TryDequeue(out var message, out _))
        {
            if (growth[message] == 0)
                continue;
            var width = message.Start - message.LengthOffset;
            var prefix = new MessageEdit(message.Parent!, message.LengthOffset, width, WireWriter.Varint(message.Length + growth[message]), null);
            prefixes.Add(prefix);
            Grow(message.Parent!, growth[message] + prefix.Growth);
        }

        return prefixes;
    }
}
