namespace CompressTasks.Artifacts;

/// <summary>Reads what <c>ArtifactIndexWriter</c> wrote. Fields that this version does not know are passed over, as protobuf does it.</summary>
internal static class ArtifactIndexParser
{
    // What the parts of an index take in memory, with lists of them and what is made of them when it is opened, in bytes.
    private const int OfFile = 200;
    private const int OfWeight = 300;
    private const int OfPlace = 100;
    private const int OfCharacter = sizeof(char);

    /// <summary>For the parts of the smallest of artifacts.</summary>
    private const long FewBytes = 24L << 20;

    /// <summary>For each byte of an artifact. A weight has 20 bytes there that cannot be compressed, and a chunk.</summary>
    private const int BytesForEach = 6;

    /// <param name="bytes">The decoded index.</param>
    /// <param name="artifactLength">
    /// Bytes of the artifact. Memory is taken in proportion to them, however well the index is coded: a few bytes that decode to millions of parts
    /// are no artifact, and are refused before there is memory for all of them.
    /// </param>
    /// <exception cref="OverflowException">A number is larger than any that an index may hold.</exception>
    /// <exception cref="InvalidDataException">The bytes are no index, or a hash has the wrong length.</exception>
    public static ArtifactIndex Parse(ReadOnlySpan<byte> bytes, long artifactLength)
    {
        var left = FewBytes + (BytesForEach * artifactLength);
        var producer = "";
        var files = new List<ArtifactFile>();
        var entries = new List<ArtifactEntry>();
        var skeleton = default(ArtifactChunk);
        var fields = new IndexFieldReader(bytes);
        while (fields.TryRead())
        {
            switch (fields.Tag)
            {
                case (IndexFieldNumbers.Index.Producer << 3) | IndexFieldReader.Bytes:
                    producer = fields.Text;
                    break;
                case (IndexFieldNumbers.Index.Files << 3) | IndexFieldReader.Bytes:
                    Take(ref left, OfFile + (OfCharacter * fields.Content.Length));
                    files.Add(File(fields.Content));
                    break;
                case (IndexFieldNumbers.Index.Weights << 3) | IndexFieldReader.Bytes:
                    Take(ref left, OfWeight + (OfCharacter * fields.Content.Length));
                    entries.Add(Entry(fields.Content, ref left));
                    break;
                case (IndexFieldNumbers.Index.Skeleton << 3) | IndexFieldReader.Bytes:
                    skeleton = Chunk(fields.Content, skeleton);
                    break;
            }
        }

        return new ArtifactIndex(producer, files, entries, skeleton);
    }

    private static ArtifactFile File(ReadOnlySpan<byte> message)
    {
        var (name, length, sha256) = ("", 0L, "");
        var fields = new IndexFieldReader(message);
        while (fields.TryRead())
        {
            switch (fields.Tag)
            {
                case (IndexFieldNumbers.File.Name << 3) | IndexFieldReader.Bytes:
                    name = fields.Text;
                    break;
                case (IndexFieldNumbers.File.Length << 3) | IndexFieldReader.Varint:
                    length = checked((long)fields.Number);
                    break;
                case (IndexFieldNumbers.File.OriginalSha256 << 3) | IndexFieldReader.Bytes:
                    sha256 = Convert.ToHexStringLower(fields.Content);
                    break;
            }
        }

        return new(name, length, sha256);
    }

    private static void Take(ref long left, long bytes)
    {
        left -= bytes;
        if (left < 0)
            throw new InvalidDataException("it has more files, weights and places, or longer names, than an artifact of this length can have");
    }

    private static ArtifactEntry Entry(ReadOnlySpan<byte> message, ref long left)
    {
        var (path, elementType, stack) = ("", 0, "");
        long[] dims = [];
        var holes = new List<ArtifactHole>(1);
        var chunk = default(ArtifactChunk);
        var hash = ReadOnlySpan<byte>.Empty;
        var fields = new IndexFieldReader(message);
        while (fields.TryRead())
        {
            switch (fields.Tag)
            {
                case (IndexFieldNumbers.Weight.Path << 3) | IndexFieldReader.Bytes:
                    path = fields.Text;
                    break;
                case (IndexFieldNumbers.Weight.ElementType << 3) | IndexFieldReader.Varint:
                    elementType = checked((int)fields.Number);
                    break;
                case (IndexFieldNumbers.Weight.Dims << 3) | IndexFieldReader.Bytes:
                    for (var packed = new IndexFieldReader(fields.Content); !packed.IsAtEnd;)
                        dims = Append(dims, packed.TakeVarint());
                    break;
                case (IndexFieldNumbers.Weight.Dims << 3) | IndexFieldReader.Varint:
                    dims = Append(dims, fields.Number);
                    break;
                case (IndexFieldNumbers.Weight.Holes << 3) | IndexFieldReader.Bytes:
                    Take(ref left, OfPlace);
                    holes.Add(Hole(fields.Content));
                    break;
                case (IndexFieldNumbers.Weight.Chunk << 3) | IndexFieldReader.Bytes:
                    chunk = Chunk(fields.Content, chunk);
                    break;
                case (IndexFieldNumbers.Weight.PayloadHash << 3) | IndexFieldReader.Bytes:
                    hash = fields.Content;
                    break;
                case (IndexFieldNumbers.Weight.Stack << 3) | IndexFieldReader.Bytes:
                    stack = fields.Text;
                    break;
            }
        }

        if (hash.Length != PayloadHash.Size)
            throw new InvalidDataException($"the hash of '{path}' has {hash.Length} bytes instead of {PayloadHash.Size}");
        return new(new(path, elementType, dims, holes, PayloadHash.FromBytes(hash), stack), chunk);
    }

    // An array as long as the shape: shapes are short, and a list of numbers would have to be compiled first.
    private static long[] Append(long[] dims, ulong dim)
    {
        if (dims.Length == ArtifactIndexRules.LargestRank)
            throw new InvalidDataException($"a weight has more than {ArtifactIndexRules.LargestRank} dimensions");
        var longer = new long[dims.Length + 1];
        dims.CopyTo(longer, 0);
        longer[^1] = checked((long)dim);
        return longer;
    }

    private static ArtifactHole Hole(ReadOnlySpan<byte> message)
    {
        var (file, offset, length) = (0, 0L, 0);
        var fields = new IndexFieldReader(message);
        while (fields.TryRead())
        {
            switch (fields.Tag)
            {
                case (IndexFieldNumbers.Hole.File << 3) | IndexFieldReader.Varint:
                    file = checked((int)fields.Number);
                    break;
                case (IndexFieldNumbers.Hole.Offset << 3) | IndexFieldReader.Varint:
                    offset = checked((long)fields.Number);
                    break;
                case (IndexFieldNumbers.Hole.Length << 3) | IndexFieldReader.Varint:
                    length = checked((int)fields.Number);
                    break;
            }
        }

        return new(file, offset, length);
    }

    /// <param name="before">What the field had before: protobuf joins messages that are there twice.</param>
    private static ArtifactChunk Chunk(ReadOnlySpan<byte> message, ArtifactChunk before)
    {
        var (offset, length, crc32C) = before;
        var fields = new IndexFieldReader(message);
        while (fields.TryRead())
        {
            switch (fields.Tag)
            {
                case (IndexFieldNumbers.Chunk.Offset << 3) | IndexFieldReader.Varint:
                    offset = checked((long)fields.Number);
                    break;
                case (IndexFieldNumbers.Chunk.Length << 3) | IndexFieldReader.Varint:
                    length = checked((int)fields.Number);
                    break;
                case (IndexFieldNumbers.Chunk.Crc32C << 3) | IndexFieldReader.Fixed32:
                    crc32C = (uint)fields.Number;
                    break;
            }
        }

        return new(offset, length, crc32C);
    }
}
