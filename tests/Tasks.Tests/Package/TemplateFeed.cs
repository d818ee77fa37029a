namespace CompressTasks.Tasks.Tests.Package;

/// <summary>The templates, installed into a home of their own, with the packages that their projects reference.</summary>
public sealed class TemplateFeed : IAsyncLifetime
{
    private readonly PackageFeed _feed = new();

    internal PackedPackage Package => _feed.Package;

    internal string TemplatePackage => Path.Combine(Package.Feed, $"CompressTasks.Templates.{Package.Version}.nupkg");

    public async Task InitializeAsync()
    {
        await _feed.InitializeAsync();
        await Package.AddAsync("src/Runtime");
        await Package.AddAsync("src/Templates");
        (await NewAsync(Package.Root, "install", TemplatePackage)).ShouldSucceed();
    }

    public Task DisposeAsync() => _feed.DisposeAsync();

    /// <summary><c>dotnet new</c>.</summary>
    internal Task<DotNetResult> NewAsync(string folder, params string[] arguments) =>
        DotNet.RunAsync(folder, new Dictionary<string, string?> { ["DOTNET_CLI_HOME"] = Path.Combine(Package.Root, "home") }, ["new", .. arguments]);
}
