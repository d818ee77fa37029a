namespace CompressTasks.Artifacts;

/// <summary>What every index keeps to, whoever wrote it: a reader may rely on it when it allocates and writes.</summary>
internal static class ArtifactIndexRules
{
    private const int LargestRank = 64;

    /// <summary>The first rule that is broken, in words, or <see langword="null"/>.</summary>
    /// <param name="index">The index.</param>
    /// <param name="end">Where the index itself starts in the artifact: chunks lie before it.</param>
    public static string? FirstViolation(ArtifactIndex index, long end) =>
        FilesViolation(index.Files)
        ?? index.Entries.Select(e => WeightViolation(e.Weight, index.Files)).FirstOrDefault(v => v is not null)
        ?? OverlapOf(index)
        ?? ChunksViolation(index, end)
        ?? (index.SkeletonLength > ArtifactFormat.LargestSkeleton ? $"the skeleton would have {index.SkeletonLength} bytes" : null);

    private static string? FilesViolation(IReadOnlyList<ArtifactFile> files)
    {
        if (files.Count == 0)
            return "it has no model file";
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            if (!IsInsideFolder(file.Name))
                return $"'{file.Name}' is not a relative path that stays in the model's folder";
            if (!names.Add(file.Name))
                return $"the file '{file.Name}' is there twice";
            if (file.Length is < 0 or > ArtifactFormat.LargestFile)
                return $"the file '{file.Name}' would have {file.Length} bytes";
            if (file.OriginalSha256.Length is not (0 or 64))
                return $"the SHA-256 of '{file.Name}' has {file.OriginalSha256.Length} digits";
        }

        return null;
    }

    // Stricter than any one system: what is inside the folder on Linux must be so on Windows, with its drives, streams and backslashes.
    private static bool IsInsideFolder(string name) =>
        name.Length is > 0 and <= ArtifactFormat.LongestName
        && !name.Any(c => c is '\\' or ':' || char.IsControl(c))
        && name.Split('/').All(part => part is not ("" or "." or ".."));

    private static string? WeightViolation(ArtifactWeight weight, IReadOnlyList<ArtifactFile> files)
    {
        if (weight.Holes.Count == 0)
            return $"the weight '{weight.Path}' goes nowhere";
        foreach (var hole in weight.Holes)
        {
            if (hole.File < 0 || hole.File >= files.Count || hole.Offset < 0 || hole.Length <= 0 || hole.Offset > files[hole.File].Length - hole.Length)
                return $"the weight '{weight.Path}' lies outside of its file";
            if (hole.Length != weight.PayloadLength)
                return $"the places of the weight '{weight.Path}' differ in length";
        }

        if (weight.Dims.Count > LargestRank)
            return $"the weight '{weight.Path}' has {weight.Dims.Count} dimensions";
        var elements = (Int128)1;
        foreach (var dim in weight.Dims)
        {
            elements *= dim;
            if (dim < 0 || elements > ArtifactFormat.LargestFile)
                return $"the shape of the weight '{weight.Path}' is too large";
        }

        return BytesOf(weight.ElementType) is { } size && elements * size != weight.PayloadLength
            ? $"the weight '{weight.Path}' has {elements} elements of {size} bytes in {weight.PayloadLength} bytes"
            : null;
    }

    private static string? OverlapOf(ArtifactIndex index)
    {
        var holes = index.Entries.SelectMany(e => e.Weight.Holes.Select(h => (Hole: h, e.Weight.Path)))
            .OrderBy(h => h.Hole.File).ThenBy(h => h.Hole.Offset).ToList();
        foreach (var (a, b) in holes.Zip(holes.Skip(1)))
        {
            if (a.Hole.File == b.Hole.File && a.Hole.End > b.Hole.Offset)
                return $"the weights '{a.Path}' and '{b.Path}' overlap";
        }

        return null;
    }

    private static string? ChunksViolation(ArtifactIndex index, long end) =>
        index.Entries.Select(e => e.Chunk).Append(index.Skeleton)
            .Any(c => c.Offset < ArtifactFormat.HeaderLength || c.Length < 0 || c.Offset > end - c.Length)
            ? "a chunk lies outside of the artifact"
            : null;

    /// <summary>Bytes of an element of an ONNX type, or <see langword="null"/> for strings and for types with fewer than eight bits.</summary>
    private static int? BytesOf(int elementType) => elementType switch
    {
        2 or 3 or 9 => 1,
        4 or 5 or 10 or 16 => 2,
        1 or 6 or 12 => 4,
        7 or 11 or 13 or 14 => 8,
        15 => 16,
        _ => null,
    };
}
