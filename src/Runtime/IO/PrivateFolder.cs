namespace CompressTasks.IO;

/// <summary>A folder that only its owner may look into, where the system knows such rights.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes it, and those around it that are missing; one that is there stays as it is.</summary>
    public static void Create(string path)
    {
        const UnixFileMode OfOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OfOwner);
    }
}
