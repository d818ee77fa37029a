using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>The programs of <c>docs/integration.md</c>, word for word, on the artifact of a model whose outputs are reckoned by hand.</summary>
[Trait("Speed", "Slow")]
public sealed partial class IntegrationTests(RuntimeFeed feed) : IClassFixture<RuntimeFeed>
{
    private const string Transformer = """<PackageReference Include="Microsoft.ML.OnnxTransformer" Version="5.0.1" />""";
    private const string GenAi = """<PackageReference Include="Microsoft.ML.OnnxRuntimeGenAI" Version="0.18.0" />""";
    private static readonly float[] _x = [.. Enumerable.Range(0, 64).Select(i => (float)(i % 5) - 2)];

    /// <summary>x · W, of small whole numbers.</summary>
    private static readonly float[] _y =
        [.. Enumerable.Range(0, 64).Select(column => Enumerable.Range(0, 64).Sum(row => _x[row] * TinyModel.DataAt(row, column)))];

    [Fact]
    public async Task MlNetScoresWithIt()
    {
        var project = await CreateAsync("ML.NET", "Microsoft.NET.Sdk", Transformer);

        (await project.BuildAsync()).ShouldSucceed();
        for (var start = 0; start < 2; start++)
        {
            var run = await DotNet.RunProgramAsync(Program(project), project.Folder, Environment(project));
            run.ShouldSucceed().Output.Trim().Split(' ').Select(number => float.Parse(number, CultureInfo.InvariantCulture)).ShouldBe(_y);
        }

        Directory.EnumerateFiles(project.In("cache"), "model.onnx", SearchOption.AllDirectories).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task AWebAppServesIt()
    {
        var project = await CreateAsync("ASP.NET Core", "Microsoft.NET.Sdk.Web", "");
        (await project.BuildAsync()).ShouldSucceed();

        var start = new ProcessStartInfo(Program(project), ["--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = project.Folder,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in Environment(project))
            start.Environment[name] = value;
        using var app = Process.Start(start)!;
        try
        {
            string? line;
            while ((line = await app.StandardOutput.ReadLineAsync()) is not null && !Listening().IsMatch(line))
                continue;
            using var client = new HttpClient { BaseAddress = new(Listening().Match(line.ShouldNotBeNull("the app ended")).Value) };
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            {
                using var response = await client.PostAsJsonAsync("/", _x);
                return await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<float[]>();
            }));
            answers.ShouldAllBe(answer => answer!.SequenceEqual(_y));
        }
        finally
        {
            app.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task GenAiWritesWithIt()
    {
        var project = await CreateAsync("ONNX Runtime GenAI", "Microsoft.NET.Sdk", GenAi);
        File.Copy(feed.Decoder, project.In("models/x.onnxz"), overwrite: true);
        project.Write("models/genai_config.json", """
            {
              "model": {
                "type": "llama", "vocab_size": 64, "context_length": 64, "bos_token_id": 0, "eos_token_id": 63, "pad_token_id": 63,
                "decoder": {
                  "filename": "model.onnx", "head_size": 64, "hidden_size": 64, "num_attention_heads": 1, "num_key_value_heads": 1, "num_hidden_layers": 1,
                  "inputs": { "input_ids": "input_ids", "past_key_names": "past_key_values.%d.key", "past_value_names": "past_key_values.%d.value" },
                  "outputs": { "logits": "logits", "present_key_names": "present.%d.key", "present_value_names": "present.%d.value" }
                }
              },
              "search": { "max_length": 12, "past_present_share_buffer": false }
            }
            """);

        (await project.BuildAsync()).ShouldSucceed();
        var run = await DotNet.RunProgramAsync(Program(project), project.Folder, Environment(project));

        var tokens = new List<int> { 1 };
        while (tokens.Count < 12)
            tokens.Add(TinyModel.TokenAfter(tokens[^1]));
        run.ShouldSucceed().Output.Trim().ShouldBe(string.Join(' ', tokens));
    }

    private async Task<TestProject> CreateAsync(string heading, string sdk, string packages)
    {
        var project = TestProject.CreateEmpty(feed.Package, "App");
        if (packages.Length > 0)
            await feed.FetchAsync(packages);
        File.WriteAllText(project.File, $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="CompressTasks.Runtime" Version="{feed.Package.Version}" />
                {packages}
              </ItemGroup>
            </Project>
            """);
        var page = await File.ReadAllTextAsync(Path.Combine(PackedPackage.RepositoryRoot(), "docs", "integration.md"));
        var section = page[page.IndexOf($"\n## {heading}\n", StringComparison.Ordinal)..];
        project.Write("Program.cs", section.Split("```csharp\n", 2)[1].Split("```", 2)[0]);
        Directory.CreateDirectory(project.In("models"));
        File.Copy(feed.ExternalData, project.In("models/x.onnxz"));
        return project;
    }

    private static string Program(TestProject project) => Path.Combine(project.Output, OperatingSystem.IsWindows() ? "App.exe" : "App");

    private static Dictionary<string, string?> Environment(TestProject project) => new()
    {
        ["XDG_CACHE_HOME"] = project.In("cache"),
        ["LOCALAPPDATA"] = project.In("cache"),
        ["HOME"] = project.Folder,
    };

    [GeneratedRegex("http://127.0.0.1:[0-9]+")]
    private static partial Regex Listening();
}
