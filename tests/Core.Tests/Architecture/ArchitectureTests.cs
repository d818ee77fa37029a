using System.Runtime.InteropServices;
using CompressTasks.Corpus;
using CompressTasks.Runtime;

namespace CompressTasks.Core.Tests.Architecture;

public sealed class ArchitectureTests
{
    private const string HowToSee = "'dotnet run -c Release --project bench -- imports' shows what each module uses";

    private const int MostFilesThatOpeningReaches = 165;

    private static readonly ImportGraph _files =
        ImportGraph.OfFolders(CoreModules.RuntimeOf(Repository.Root), CoreModules.CoreOf(Repository.Root));

    private static readonly IReadOnlyCollection<string> _filesOfRuntime = ImportGraph.OfFolders(CoreModules.RuntimeOf(Repository.Root)).Files;

    private static readonly ModuleGraph _modules = new(_files, CoreModules.Inner);

    /// <summary>What each module may use, and does.</summary>
    private static readonly Dictionary<string, string[]> _allowed = new()
    {
        ["Artifacts"] = ["Coding", "Diagnostics", "IO"],
        ["Calibration"] = ["Coding", "Gradients", "IO", "Memory", "Numerics", "Onnx", "Outputs", "Threading", "WeightCoding"],
        ["Coding"] = ["IO", "Numerics", "Threading"],
        ["Compression"] =
        [
            "Artifacts", "Calibration", "Coding", "Diagnostics", "Gate", "IO", "Memory", "Metrics", "Numerics", "Onnx", "Outputs", "Reporting",
            "Reporting/Writers", "Runnable", "Spec", "Threading", "WeightCoding", "WeightCoding/Encoding",
        ],
        ["Diagnostics"] = [],
        ["Gate"] = ["Diagnostics", "Numerics", "Reporting", "Spec"],
        ["Gradients"] = ["Numerics", "Onnx"],
        ["IO"] = ["Diagnostics", "Numerics"],
        ["Inspection"] = ["Artifacts", "Numerics", "Onnx"],
        ["Memory"] = [],
        ["Metrics"] = ["Diagnostics", "Gate", "Spec"],
        ["Numerics"] = [],
        ["Onnx"] = ["Diagnostics", "IO", "Numerics"],
        ["Outputs"] = ["Artifacts", "Diagnostics", "Gate", "IO", "Memory", "Numerics", "Onnx", "Reporting", "Runtime", "Spec", "Threading"],
        ["Reporting"] = ["Diagnostics"],
        ["Reporting/Writers"] = ["Artifacts", "Diagnostics", "IO", "Inspection", "Reporting", "Spec", "Study", "WeightCoding"],
        ["Runnable"] = ["Artifacts", "Calibration", "Coding", "Gate", "Numerics", "Onnx", "Outputs", "Spec"],
        ["Runtime"] = ["Artifacts", "Diagnostics", "IO", "Numerics", "Onnx", "Threading", "WeightCoding"],
        ["Spec"] = ["Diagnostics", "IO"],
        ["Stages"] = ["IO", "Numerics"],
        ["Study"] = ["Numerics", "Onnx", "Spec", "Stages", "WeightCoding"],
        ["Threading"] = [],
        ["WeightCoding"] = ["Artifacts", "Coding", "IO", "Numerics", "Stages", "Threading"],
        ["WeightCoding/Encoding"] = ["Calibration", "Coding", "IO", "Numerics", "Reporting", "Spec", "Stages", "WeightCoding"],
    };

    /// <summary>Their decoders are in the runtime and their encoders in Core; every other module is in one project.</summary>
    private static readonly string[] _inBothProjects = ["Artifacts", "Coding", "Diagnostics", "Onnx", "Stages"];

    public static TheoryData<string> Modules => [.. _allowed.Keys.Union(_modules.Imports.Keys).Order(StringComparer.Ordinal)];

    [Fact]
    public void NoModuleUsesItselfThroughOthers() => _modules.Cycles().ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Modules))]
    public void AModuleUsesThoseThatItMayAndNoOther(string module) =>
        (_modules.Imports.GetValueOrDefault(module)?.Keys ?? [])
            .ShouldBe(_allowed.GetValueOrDefault(module) ?? [], HowToSee);

    [Theory]
    [MemberData(nameof(Modules))]
    public void EveryModuleIsAFolderWithALineInTheTable(string module)
    {
        _modules.Imports.Keys.ShouldContain(module);
        _allowed.Keys.ShouldContain(module);
    }

    [Fact]
    public void OpeningAnArtifactReachesFewFiles() =>
        _files.ReachedFrom(CoreModules.OpensArtifacts).Count.ShouldBeInRange(50, MostFilesThatOpeningReaches);

    [Fact]
    public void TheRuntimeUsesNothingOfCore() =>
        _files.Imports.Where(import => _filesOfRuntime.Contains(import.From) && !_filesOfRuntime.Contains(import.To)).ShouldBeEmpty();

    [Fact]
    public void TheRuntimeNeedsOnnxRuntimeAndNothingElseBesideDotNet() =>
        typeof(CompressedModel).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!)
            .Where(name => !File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), $"{name}.dll")))
            .ShouldBe(["Microsoft.ML.OnnxRuntime"]);

    [Fact]
    public void AModuleIsInBothProjectsWhereItMustBeOnly() =>
        _files.Files.GroupBy(ModuleOf).Where(module => module.Any(_filesOfRuntime.Contains) && !module.All(_filesOfRuntime.Contains))
            .Select(module => module.Key)
            .ShouldBe(_inBothProjects, ignoreOrder: true);

    [Fact]
    public void OfAModuleThatIsInBothTheRuntimeHasWhatOpeningNeeds() =>
        _filesOfRuntime.Where(file => _inBothProjects.Contains(ModuleOf(file)))
            .Except(_files.ReachedFrom(CoreModules.OpensArtifacts))
            .ShouldBeEmpty();

    private static string ModuleOf(string file) => ModuleGraph.ModuleOf(file, CoreModules.Inner);
}
