using Microsoft.Build.Framework;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Loaded by MSBuild: writes the help links, which the console's own logger does not show.</summary>
public sealed class HelpLinkLogger : ILogger
{
    public LoggerVerbosity Verbosity { get; set; }

    public string? Parameters { get; set; }

    public void Initialize(IEventSource eventSource)
    {
        eventSource.ErrorRaised += (_, e) => Console.WriteLine($"HelpLink error {e.Code} {e.HelpLink}");
        eventSource.WarningRaised += (_, e) => Console.WriteLine($"HelpLink warning {e.Code} {e.HelpLink}");
    }

    public void Shutdown()
    {
    }
}
