namespace CompressTasks.Benchmarks.Page;

/// <summary>Writes a page or a picture of it, and says where.</summary>
internal static class PageFile
{
    public static void Write(string folder, string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        Console.WriteLine(path);
    }
}
