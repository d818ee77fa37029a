using System.Buffers;
using CompressTasks.IO;
using CompressTasks.Onnx.External;

namespace CompressTasks.Onnx;

/// <summary>Puts a model together again from its skeleton and its weights' payloads.</summary>
internal static class ModelRestorer
{
    private const int CopyBlock = 1 << 16;

    /// <summary>
    /// Puts the skeleton into one buffer as long as the main file, all holes zero. They can then be filled in any order, from any thread.
    /// </summary>
    /// <param name="skeleton">What <c>ModelImage.WriteSkeleton</c> wrote.</param>
    /// <exception cref="Diagnostics.CompressException">The skeleton is too short or too long.</exception>
    public static byte[] ToBuffer(ModelLayout layout, Stream skeleton)
    {
        var buffer = new byte[layout.Files[0].Length];
        Fill(layout, skeleton, buffer);
        return buffer;
    }

    /// <summary>Puts the skeleton into memory as long as the main file. The holes are left as they are.</summary>
    /// <inheritdoc cref="ToBuffer"/>
    public static void Fill(ModelLayout layout, Stream skeleton, Span<byte> buffer)
    {
        var position = 0;
        foreach (var hole in layout.Holes.TakeWhile(hole => hole.File == 0))
        {
            ReadSkeleton(layout, skeleton, buffer[position..(int)hole.Offset]);
            position = (int)hole.End;
        }

        ReadSkeleton(layout, skeleton, buffer[position..]);
        RequireEnd(layout, skeleton);
    }

    /// <summary>The part of a buffer from <see cref="ToBuffer"/> that a hole of the main file is.</summary>
    public static Span<byte> HoleIn(byte[] buffer, Hole hole) => buffer.AsSpan((int)hole.Offset, hole.Length);

    /// <summary>Writes the main file, which must be the only one.</summary>
    /// <param name="layout">Of one file.</param>
    /// <param name="skeleton">What <c>ModelImage.WriteSkeleton</c> wrote.</param>
    /// <param name="stream">Takes the file's bytes; need not be seekable.</param>
    /// <param name="writePayload">Writes exactly the payload of the hole with the given index; called in the order of the layout.</param>
    /// <exception cref="Diagnostics.CompressException">The skeleton is too short or too long.</exception>
    public static void ToStream(ModelLayout layout, Stream skeleton, Stream stream, Action<int, Stream> writePayload)
    {
        var position = 0L;
        foreach (var (index, hole) in layout.Holes.Index())
        {
            CopySkeleton(layout, skeleton, stream, hole.Offset - position);
            writePayload(index, stream);
            position = hole.End;
        }

        CopySkeleton(layout, skeleton, stream, layout.Files[0].Length - position);
        RequireEnd(layout, skeleton);
    }

    /// <summary>Writes the model and its external data files beside it; a failure leaves nothing behind.</summary>
    /// <param name="skeleton">What <c>ModelImage.WriteSkeleton</c> wrote.</param>
    /// <param name="path">The main file. External data files keep their names, for the model refers to them.</param>
    /// <param name="overwrite">Whether files that exist may be replaced.</param>
    /// <param name="writePayload">Writes exactly the payload of the hole with the given index; called in the order of the layout.</param>
    /// <param name="relocated">Where external data goes, when it is laid out anew.</param>
    /// <param name="check">Looks at the main file when it is whole.</param>
    /// <exception cref="Diagnostics.CompressException">A file exists, or the skeleton is too short or too long.</exception>
    /// <exception cref="InvalidOperationException">A payload has not the hole's length.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void ToFiles(ModelLayout layout, Stream skeleton, string path, bool overwrite, Action<int, Stream> writePayload,
        ExternalDataLayout? relocated = null, MainFileCheck? check = null,
        CancellationToken cancellationToken = default)
    {
        using var files = new FileTransaction(Targets(layout, path), overwrite, layout.Path);
        layout = relocated?.Layout ?? layout;
        var hole = 0;
        for (var index = 0; index < layout.Files.Count; index++)
        {
            using var stream = new SearchedStream(files.Create(index), index == 0 && check is not null ? check.Key : []);
            WriteFile(stream, index);
            stream.Dispose();
            if (stream.HasKey)
            {
                files.Read(index, main =>
                {
                    main.Load(LargePayloads.Find(main));
                    check!.Look(main.Bytes, layout);
                });
            }

            if (index == 0 && relocated is not null)
                files.Rewrite(index, relocated.Rewrite);
        }

        RequireEnd(layout, skeleton);
        files.Commit(cancellationToken);

        void WriteFile(SearchedStream stream, int index)
        {
            for (; hole < layout.Holes.Count && layout.Holes[hole].File == index; hole++)
            {
                Fill(layout, skeleton, stream, index, layout.Holes[hole].Offset);
                writePayload(hole, stream);
                if (stream.Position != layout.Holes[hole].End)
                    throw new InvalidOperationException(
                        $"Hole {hole} takes {layout.Holes[hole].Length} bytes, and the payload ends at byte {stream.Position} instead of "
                            + $"{layout.Holes[hole].End}.");
            }

            Fill(layout, skeleton, stream, index, layout.Files[index].Length);
        }
    }

    private static List<string> Targets(ModelLayout layout, string path)
    {
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target)!;
        var targets = new List<string> { target };
        foreach (var file in layout.Files.Skip(1))
        {
            var external = Path.Combine(folder, file.Name);
            if (string.Equals(external, target, StringComparison.OrdinalIgnoreCase))
                throw ModelDiagnostics.RestoredOverItsData(path, file.Name);
            ExternalLocation.Resolve(path, file.Name);
            targets.Add(external);
        }

        // A link in the place of the artifact would be replaced, not followed.
        if (RealPath.Of(Path.GetFullPath(layout.Path)) is { } artifact
            && targets.Exists(file => IsSame(file, artifact) || IsSame(file, Path.GetFullPath(layout.Path))))
            throw ModelDiagnostics.RestoredOverItsArtifact(path, layout.Path);

        return targets;
    }

    private static bool IsSame(string target, string artifact) =>
        Path.Combine(RealPath.Of(Path.GetDirectoryName(target)!) ?? "", Path.GetFileName(target)) == artifact || target == artifact;

    // What lies between the holes: skeleton in the main file, nothing in external data files.
    private static void Fill(ModelLayout layout, Stream skeleton, SearchedStream stream, int file, long end)
    {
        if (file > 0)
        {
            stream.SetLength(Math.Max(stream.Length, end));
            stream.Position = end;
            return;
        }

        CopySkeleton(layout, skeleton, stream, end - stream.Position);
    }

    private static void CopySkeleton(ModelLayout layout, Stream skeleton, Stream stream, long length)
    {
        var block = new byte[Math.Min(CopyBlock, length)];
        for (var left = length; left > 0;)
        {
            var part = block.AsSpan(0, (int)Math.Min(block.Length, left));
            ReadSkeleton(layout, skeleton, part);
            stream.Write(part);
            left -= part.Length;
        }
    }

    private static void ReadSkeleton(ModelLayout layout, Stream skeleton, Span<byte> destination)
    {
        if (skeleton.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) < destination.Length)
            throw ModelDiagnostics.BadLayout(layout.Path, $"the skeleton is shorter than {layout.SkeletonLength} bytes");
    }

    private static void RequireEnd(ModelLayout layout, Stream skeleton)
    {
        if (skeleton.ReadByte() >= 0)
            throw ModelDiagnostics.BadLayout(layout.Path, $"the skeleton is longer than {layout.SkeletonLength} bytes");
    }
}

/// <summary>Something that looks at a main file when it is whole, and throws to keep the files from coming into being.</summary>
/// <param name="Key">Only files that have these bytes are looked at.</param>
/// <param name="Look">Gets the file and the layout.</param>
internal sealed record MainFileCheck(byte[] Key, ReadOnlySpanAction<byte, ModelLayout> Look);
