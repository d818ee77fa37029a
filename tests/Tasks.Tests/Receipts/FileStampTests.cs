using System.Diagnostics;
using CompressTasks.Tool.Receipts;

namespace CompressTasks.Tasks.Tests.Receipts;

public sealed class FileStampTests : IDisposable
{
    // Of no bytes (FIPS 180-4).
    private const string OfNothing = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnEmptyFileHasTheHashOfNothing()
    {
        File.WriteAllBytes(_folder.In("empty"), []);
        FileStamp.Of(_folder.In("empty")).Sha256.ShouldBe(OfNothing);
        new FileStamp(0, 1, OfNothing).Compare(new FileInfo(_folder.In("empty"))).ShouldNotBeNull();
        new FileStamp(0, 1, "00").Compare(new FileInfo(_folder.In("empty"))).ShouldBeNull();
    }

    /// <summary>A damaged receipt may name anything; a build does not wait for somebody to write into a pipe, nor read a device to its end.</summary>
    [Fact]
    public async Task APipeOrADeviceIsNotWaitedFor()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var made = Process.Start("mkfifo", _folder.In("pipe"));
        await made.WaitForExitAsync();

        foreach (var path in (string[])[_folder.In("pipe"), "/dev/zero"])
        {
            await Task.Run(() => new FileStamp(0, 1, "00").Compare(new FileInfo(path))).WaitAsync(TimeSpan.FromSeconds(20));
            await Task.Run(() => FileStamp.Of(path)).WaitAsync(TimeSpan.FromSeconds(20));
        }
    }
}
