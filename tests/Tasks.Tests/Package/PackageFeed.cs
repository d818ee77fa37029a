namespace CompressTasks.Tasks.Tests.Package;

/// <summary>
/// Packs the package for the first test class that needs it, and deletes it with all projects after the last. Test classes run in parallel.
/// </summary>
public sealed class PackageFeed : IAsyncLifetime
{
    private static readonly Lock _lock = new();
    private static int _users;
    private static Task<PackedPackage>? _packing;

    private PackedPackage? _package;

    internal PackedPackage Package => _package.ShouldNotBeNull();

    public async Task InitializeAsync()
    {
        Task<PackedPackage> packing;
        lock (_lock)
        {
            _users++;
            packing = _packing ??= PackedPackage.PackAsync();
        }

        _package = await packing;
    }

    public Task DisposeAsync()
    {
        lock (_lock)
        {
            if (--_users == 0)
            {
                _packing = null;
                if (_package is not null)
                    Directory.Delete(_package.Root, recursive: true);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc cref="TestProject.Create"/>
    internal TestProject CreateProject(string name = "App", string properties = "") => TestProject.Create(Package, name, properties);
}
