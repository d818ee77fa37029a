namespace CompressTasks.Artifacts;

/// <summary>The numbers of the fields of an index, by its messages (<c>artifact.proto</c>).</summary>
internal static class IndexFieldNumbers
{
    public static class Index
    {
        public const int Producer = 1;
        public const int Files = 2;
        public const int Weights = 3;
        public const int Skeleton = 4;
    }

    public static class File
    {
        public const int Name = 1;
        public const int Length = 2;
        public const int OriginalSha256 = 3;
    }

    public static class Weight
    {
        public const int Path = 1;
        public const int ElementType = 2;
        public const int Dims = 3;
        public const int Holes = 4;
        public const int Chunk = 5;
        public const int PayloadHash = 6;
        public const int Stack = 7;
    }

    public static class Hole
    {
        public const int File = 1;
        public const int Offset = 2;
        public const int Length = 3;
    }

    public static class Chunk
    {
        public const int Offset = 1;
        public const int Length = 2;
        public const int Crc32C = 3;
    }
}
