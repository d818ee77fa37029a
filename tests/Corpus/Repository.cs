namespace CompressTasks.Corpus;

/// <summary>The checkout that the tests run in.</summary>
public static class Repository
{
    /// <summary>The folder of CompressTasks.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CompressTasks.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException(
            $"No folder above {AppContext.BaseDirectory} holds CompressTasks.sln; samples and sources are found from there.");
    }
}
