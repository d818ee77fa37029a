namespace CompressTasks.Tasks.Tests.Package;

/// <summary>Metrics in builds. The programs are a project of the user's, and scripts of a POSIX shell.</summary>
[Trait("Speed", "Slow")]
public sealed class MetricTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    [Fact]
    public async Task AProjectOfTheUsersMeasuresTheRestoredModel()
    {
        var project = feed.CreateProject(properties: "<DefaultItemExcludes>$(DefaultItemExcludes);Eval/**</DefaultItemExcludes>");
        project.Write("Eval/Eval.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
            </Project>
            """);
        project.Write("Eval/Program.cs", """
            class Program { static void Main(string[] args) => System.Console.WriteLine(new System.IO.FileInfo(args[0]).Length); }
            """);
        Spec(project, "dotnet run --project Eval -- {model}", "atLeast: 16384\n      inputs: Eval/*.cs");

        (await project.BuildAsync()).ShouldHaveCompressed();
        var report = File.ReadAllText(Path.Combine(project.Intermediate, "models/tiny.report.json"));
        report.ShouldContain($"\"value\": {new FileInfo(project.In("models/tiny.onnx")).Length},");
        (await project.BuildAsync()).ShouldHaveSkipped();

        project.Write("Eval/Program.cs", """
            class Program { static void Main(string[] args) => System.Console.WriteLine(5); }
            """);
        (await project.BuildAsync()).ShouldFail().Output.ShouldContain(
            $"{project.In("compress.yml")}(14,16): error CT4020: models/tiny.onnx: the metric \"bytes\" is 5, the gate asks for at least 16384.");

        project.Write("Eval/Other.cs", "");
        (await project.BuildAsync()).ShouldFail().Output.ShouldContain("error CT4020");
    }

    [ShellFact]
    public async Task AMetricThatDoesNotHoldFailsTheBuildAtItsThreshold()
    {
        var project = feed.CreateProject();
        Spec(project, "wc -c {model}", "atMost: 5");
        (await project.BuildAsync()).ShouldFail().Output.ShouldContain(
            $"{project.In("compress.yml")}(12,7): error CT1535: models/tiny.onnx: the metric \"bytes\" of the restored model is unknown: "
                + "\"wc -c {model}\" printed no number");

        Spec(project, "wc -c < {model}", "atMost: 5\n      shell: true");
        (await project.BuildAsync()).ShouldFail().Output.ShouldContain(
            $"{project.In("compress.yml")}(14,15): error CT4021: models/tiny.onnx: the metric \"bytes\" is 16");
        File.Exists(Path.Combine(project.Intermediate, "models/tiny.onnxz")).ShouldBeTrue();

        (await project.BuildAsync("-p:CompressOnFailure=warning")).ShouldHaveCompressed().Output.ShouldContain("warning CT4021");
        (await project.BuildAsync("-p:CompressOnFailure=warning")).ShouldHaveSkipped().Output.ShouldContain("warning CT4021");
    }

    [ShellFact]
    public async Task WhatKeepsAProgramFromMeasuringStandsAtTheMetric()
    {
        var project = feed.CreateProject();
        foreach (var (command, options, code) in new[]
        {
            ("nonesuch {model}", "atMost: 5", "CT1532"),
            ("\"echo no labels for {model} >&2; exit 3\"", "atMost: 5\n      shell: true", "CT1533"),
            ("\"echo {model} > /dev/null; sleep 100\"", "atMost: 5\n      shell: true\n      timeout: 1 s", "CT1534"),
            ("\"echo NaN; : {model}\"", "atMost: 5\n      shell: true", "CT1536"),
        })
        {
            Spec(project, command, options);
            (await project.BuildAsync()).ShouldFail().Output.ShouldContain($"{project.In("compress.yml")}(12,7): error {code}: models/tiny.onnx: ");
        }
    }

    /// <summary>The metric stands at line 12, column 7, and what follows its command at line 14.</summary>
    private static void Spec(TestProject project, string command, string options) =>
        project.WriteSpec($"{TestProject.PassingGate}\n  metrics:\n    - name: bytes\n      run: {command}\n      {options}\n");

    private sealed class ShellFactAttribute : FactAttribute
    {
        public ShellFactAttribute() => Skip = OperatingSystem.IsWindows() ? "The programs are scripts of a POSIX shell." : null;
    }
}
