namespace CompressTasks.Artifacts;

/// <summary>What every index keeps to, whoever wrote it: a reader may rely on it when it allocates and writes.</summary>
internal static class ArtifactIndexRules
{
    public const int LargestRank = 64;

    /// <summary>The first rule that is broken, in words, or <see langword="null"/>.</summary>
    /// <param name="end">Where the index itself starts in the artifact: chunks lie before it.</param>
    public static string? FirstViolation(ArtifactIndex index, long end) =>
        FilesViolation(index.Files)
        ?? WeightsViolation(index)
        ?? OverlapOf(index)
        ?? ChunksViolation(index, end)
        ?? (index.SkeletonLength > ArtifactFormat.LargestSkeleton ? $"the skeleton would have {index.SkeletonLength} bytes" : null);

    /// <summary>The first rule for the names of files that is broken, in words, or <see langword="null"/>.</summary>
    public static string? FirstViolation(IEnumerable<string> names)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            if (!IsInsideFolder(name))
                return $"'{name}' is not a relative path that stays in the model's folder on every system";
            if (taken.TryGetValue(name, out var other) && other != name)
                return $"'{other}' and '{name}' are the same file on systems that do not tell cases apart";
            if (!taken.Add(name))
                return $"the file '{name}' is there twice";
        }

        return null;
    }

    /// <summary>A name that every system allows, for the main file, whose name nothing refers to.</summary>
    public static string Portable(string name)
    {
        var characters = name.ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            if (IsForbidden(characters[i]))
                characters[i] = '_';
        }

        if (characters is [.., '.' or ' '])
            characters[^1] = '_';
        var portable = new string(characters);
        return IsDevice(portable) ? $"_{portable}" : portable;
    }

    private static string? FilesViolation(IReadOnlyList<ArtifactFile> files)
    {
        if (files.Count == 0)
            return "it has no model file";
        var names = new List<string>(files.Count);
        foreach (var file in files)
            names.Add(file.Name);
        if (FirstViolation(names) is { } violation)
            return violation;
        foreach (var file in files)
        {
            if (file.Length is < 0 or > ArtifactFormat.LargestFile)
                return $"the file '{file.Name}' would have {file.Length} bytes";
            if (file == files[0] && (file.Length == 0 || file.Length > Array.MaxLength))
                return $"the model file '{file.Name}' would have {file.Length} bytes";
            if (file.OriginalSha256.Length is not (0 or 64))
                return $"the SHA-256 of '{file.Name}' has {file.OriginalSha256.Length} digits";
        }

        return null;
    }

    // Stricter than any one system: what is inside the folder on Linux must be so on Windows, with its drives, streams and backslashes.
    private static bool IsInsideFolder(string name) =>
        name.Length is > 0 and <= ArtifactFormat.LongestName
        && !HasForbidden(name)
        && Array.TrueForAll(name.Split('/'), IsPart);

    /// <summary>A loop: what looks for a character by a function has to be compiled at an app's start.</summary>
    private static bool HasForbidden(string name)
    {
        foreach (var character in name)
        {
            if (IsForbidden(character))
                return true;
        }

        return false;
    }

    // Windows drops a dot or a blank at the end, and takes some names for devices, whatever follows a dot.
    private static bool IsPart(string part) => part.Length > 0 && part[^1] is not ('.' or ' ') && !IsDevice(part);

    private static bool IsDevice(string part)
    {
        var dot = part.IndexOf('.', StringComparison.Ordinal);
        var name = (dot < 0 ? part : part[..dot]).TrimEnd(' ').ToUpperInvariant();
        return name is "CON" or "PRN" or "AUX" or "NUL" || (name is ['C', 'O', 'M', _] or ['L', 'P', 'T', _] && name[3] is >= '1' and <= '9');
    }

    private static bool IsForbidden(char c) => c is '\\' or ':' || char.IsControl(c);

    private static string? WeightsViolation(ArtifactIndex index)
    {
        foreach (var entry in index.Entries)
        {
            if (WeightViolation(entry.Weight, index.Files) is { } violation)
                return violation;
        }

        return null;
    }

    private static string? WeightViolation(ArtifactWeight weight, IReadOnlyList<ArtifactFile> files)
    {
        if (weight.Holes.Count == 0)
            return $"the weight '{weight.Path}' goes nowhere";
        foreach (var hole in weight.Holes)
        {
            if (hole.File < 0 || hole.File >= files.Count || hole.Offset < 0 || hole.Length <= 0 || hole.Length > Array.MaxLength
                || hole.Offset > files[hole.File].Length - hole.Length)
                return $"the weight '{weight.Path}' lies outside of its file";
            if (hole.Length != weight.PayloadLength)
                return $"the places of the weight '{weight.Path}' differ in length";
        }

        if (weight.Dims.Count > LargestRank)
            return $"the weight '{weight.Path}' has {weight.Dims.Count} dimensions";
        var elements = 1L;
        for (var axis = 0; axis < weight.Dims.Count; axis++)
        {
            var dim = weight.Dims[axis];
            if (dim < 0 || (elements > 0 && dim > ArtifactFormat.LargestFile / elements))
                return $"the shape of the weight '{weight.Path}' is too large";
            elements *= dim;
        }

        return BytesOf(weight.ElementType) is { } size && elements * size != weight.PayloadLength
            ? $"the weight '{weight.Path}' has {elements} elements of {size} bytes in {weight.PayloadLength} bytes"
            : null;
    }

    private static string? OverlapOf(ArtifactIndex index)
    {
        var places = ArtifactPlace.InOrder(index.Entries);
        for (var i = 1; i < places.Count; i++)
        {
            var (a, b) = (places[i - 1], places[i]);
            if (a.Hole.File == b.Hole.File && a.Hole.End > b.Hole.Offset)
                return $"the weights '{a.Entry.Weight.Path}' and '{b.Entry.Weight.Path}' overlap";
        }

        return null;
    }

    private static string? ChunksViolation(ArtifactIndex index, long end)
    {
        var violated = IsOutside(index.Skeleton, end);
        foreach (var entry in index.Entries)
            violated |= IsOutside(entry.Chunk, end);
        return violated ? "a chunk lies outside of the artifact" : null;
    }

    private static bool IsOutside(ArtifactChunk chunk, long end) =>
        chunk.Offset < ArtifactFormat.HeaderLength || chunk.Length < 0 || chunk.Offset > end - chunk.Length;

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
