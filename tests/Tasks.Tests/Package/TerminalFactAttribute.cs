namespace CompressTasks.Tasks.Tests.Package;

/// <summary>A test that needs a terminal: the program <c>script</c> of util-linux makes one.</summary>
internal sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/script"))
            Skip = "needs /usr/bin/script (the Debian package bsdutils)";
    }
}
