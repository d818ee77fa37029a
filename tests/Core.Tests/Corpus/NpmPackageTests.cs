using CompressTasks.Corpus;

namespace CompressTasks.Core.Tests.Corpus;

public sealed class NpmPackageTests : IDisposable
{
    private static readonly NpmPackage _package = new("@scope/models", "1.2.3", "");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WithoutNpmTheReasonSaysWhatToInstall() =>
        _package.NotAvailableReason(_folder["cache"], _folder["programs"]).ShouldBe(
            $"@scope/models@1.2.3 is not in {_folder["cache"]}, and npm, which fetches it, is not on the PATH: install Node.js with npm.");

    [Fact]
    public void APackageInTheCacheNeedsNoNpm()
    {
        Directory.CreateDirectory(_folder["cache/scope-models-1.2.3"]);

        _package.NotAvailableReason(_folder["cache"], searchPath: null).ShouldBeNull();
    }

    [Fact]
    public void NpmFetchesWhatTheCacheHasNot()
    {
        _folder.Write(OperatingSystem.IsWindows() ? "programs/npm.cmd" : "programs/npm", []);

        _package.NotAvailableReason(_folder["cache"], $"{_folder["none"]}{Path.PathSeparator}{_folder["programs"]}").ShouldBeNull();
    }
}
