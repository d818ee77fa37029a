using System.Diagnostics;
using System.Globalization;
using CompressTasks.Corpus;

namespace CompressTasks.Benchmarks;

/// <summary>
/// <c>dotnet run -c Release --project bench -- noop-build [BUILDS]</c>: what the package adds to <c>dotnet build</c> of an empty console project when
/// nothing has to be compressed. Two projects, one with the package and the sample's model, one without, are built in turns; the medians are
/// compared. Both are built as a person does it: with the check of the restore, build nodes and compiler server kept.
/// </summary>
internal static class NoOpBuild
{
    private const int Builds = 9;
    private const int WarmUps = 2;

    public static void Run(IReadOnlyList<string> options)
    {
        var builds = options.Count > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : Builds;
        var folder = Directory.CreateTempSubdirectory("compresstasks-noop-").FullName;
        try
        {
            var version = Pack(Path.Combine(folder, "feed"));
            var without = CreateProject(folder, "Without", "");
            var with = CreateProject(folder, "With", $"""<PackageReference Include="CompressTasks" Version="{version}" PrivateAssets="all" />""");
            File.Copy(TinyGpt.Model, Path.Combine(with, "tiny-gpt.onnx"));
            File.WriteAllText(Path.Combine(with, "compress.yml"),
                "models: [ tiny-gpt.onnx ]\nrules:\n  - weights: '**'\n    stack: [ quantize: { r2: 0.9 } ]\ngate: { r2: 0.85 }\n");
            for (var i = 0; i < WarmUps; i++)
            {
                Build(without);
                Build(with);
            }

            var withoutTimes = new List<double>();
            var withTimes = new List<double>();
            for (var i = 0; i < builds; i++)
            {
                withoutTimes.Add(Build(without));
                withTimes.Add(Build(with));
            }

            Show("without", withoutTimes);
            Show("with", withTimes);
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"difference of the medians {Median(withTimes) - Median(withoutTimes):0} ms, median of the pairs' differences {Median([.. withTimes.Zip(withoutTimes, (a, b) => a - b)]):0} ms"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Pack(string feed)
    {
        var version = string.Create(CultureInfo.InvariantCulture, $"0.1.0-noop.{DateTime.UtcNow.Ticks}");
        DotNet(Repository.Root, "pack", "src/Tasks", "-c", "Release", "-o", feed, $"-p:PackageVersion={version}", "-nodeReuse:false");
        return version;
    }

    private static string CreateProject(string root, string name, string package)
    {
        var folder = Path.Combine(root, name);
        Directory.CreateDirectory(folder);
        foreach (var file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            File.WriteAllText(Path.Combine(folder, file), "<Project />");
        File.WriteAllText(Path.Combine(folder, "NuGet.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{root}/packages" /></config>
              <packageSources><clear /><add key="made here" value="{root}/feed" /></packageSources>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), "System.Console.WriteLine(\"Hello\");");
        File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>{package}</ItemGroup>
            </Project>
            """);
        return folder;
    }

    private static double Build(string folder) => DotNet(folder, "build", "-v:quiet", "-nologo");

    private static double DotNet(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        // What runs this benchmark must not lead the other SDK process astray.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var elapsed = clock.Elapsed.TotalMilliseconds;
        return process.ExitCode == 0 ? elapsed
            : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} failed in {folder}:\n{output}");
    }

    private static void Show(string name, List<double> times) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture,
            $"{name,-8} median {Median(times):0} ms, fastest {times.Min():0} ms, slowest {times.Max():0} ms, {times.Count} builds"));

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
