using CompressTasks.Tool.OnnxRuntimes;

namespace CompressTasks.Tool.Tests.OnnxRuntimes;

/// <summary>The temporary folder is that of the whole process, so no other test runs beside these.</summary>
[CollectionDefinition("Temporary folder of the process", DisableParallelization = true)]
public sealed class TemporaryFolderOfTheProcess;

[Collection("Temporary folder of the process")]
public sealed class OnnxRuntimeRestoreTests : IDisposable
{
    private const string Name = "TMPDIR";

    private readonly string? _before = Environment.GetEnvironmentVariable(Name);
    private readonly string _file = Path.GetTempFileName();

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Name, _before);
        File.Delete(_file);
    }

    [Fact]
    public void WithoutATemporaryFolderNothingIsFetchedAndThatIsTheReason()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(_file, """{ "project": { "restore": { "sources": { "/no/feed": {} } } } }""");
        var restore = new OnnxRuntimeRestore(ProjectAssets.Read(_file)!);
        Environment.SetEnvironmentVariable(Name, _file);
        restore.Run(CancellationToken.None).ShouldNotBeNull().ShouldStartWith("there is no temporary folder for NuGet to work in (");
    }
}
