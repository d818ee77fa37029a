namespace CompressTasks.Benchmarks.Chaos;

/// <summary>A command that writes into one folder, with several settings, and what is there after each.</summary>
internal sealed class Verb
{
    private readonly Func<int, string[]> _command;
    private readonly Func<string, bool> _refers;
    private readonly string _kept;
    private readonly List<FolderState> _whole = [];

    /// <param name="name">What tables call it.</param>
    /// <param name="folder">All that it writes is in here.</param>
    /// <param name="settings">How many there are.</param>
    /// <param name="refers">The names of files that may be away while others change.</param>
    /// <param name="command">The arguments of the tool.</param>
    public Verb(string name, string folder, int settings, Func<string, bool> refers, Func<int, string[]> command)
    {
        (Name, Folder, _refers, _command) = (name, folder, refers, command);
        _kept = folder + "-kept-";
        for (var setting = 0; setting < settings; setting++)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Require(Run(setting));
            _whole.Add(FolderState.Of(folder));
            Copy(folder, Kept(setting));
        }
    }

    public string Name { get; }

    public string Folder { get; }

    public int Settings => _whole.Count;

    public string[] Command(int setting) => _command(setting);

    public ToolOutcome Run(int setting) => ToolProgram.Run(Command(setting));

    /// <summary>Puts the files of a whole run into the folder; temporary files in it stay.</summary>
    public void Reset(int setting)
    {
        foreach (var path in Directory.GetFiles(Folder, "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".tmp", StringComparison.Ordinal)))
            File.Delete(path);
        Copy(Kept(setting), Folder);
    }

    /// <summary>Whether the folder is as a run with the setting leaves it.</summary>
    public bool IsWhole(int setting) => FolderState.Of(Folder).IsSame(_whole[setting]);

    /// <summary>The setting that the files in the folder are of; null for those of several, or of none.</summary>
    /// <param name="isAway">Whether files that refer to the others are away.</param>
    public int? Found(out bool isAway)
    {
        var now = FolderState.Of(Folder);
        isAway = false;
        for (var setting = 0; setting < Settings; setting++)
        {
            if (now.IsSame(_whole[setting]))
                return setting;
        }

        isAway = true;
        for (var setting = 0; setting < Settings; setting++)
        {
            if (now.IsSameWithout(_whole[setting], _refers))
                return setting;
        }

        return null;
    }

    private static void Require(ToolOutcome outcome)
    {
        if (!outcome.IsDone)
            throw new InvalidOperationException($"A run that nothing disturbs ends with {outcome}");
    }

    private string Kept(int setting) => $"{_kept}{setting}";

    private static void Copy(string from, string to)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target, overwrite: true);
        }
    }
}
