using System.Diagnostics;
using CompressTasks.Core.Tests.Onnx;
using CompressTasks.Core.Tests.Outputs;
using CompressTasks.Numerics;

namespace CompressTasks.Core.Tests.Runnable;

/// <summary>ONNX's own checker, where Python has it.</summary>
public sealed class OnnxCheckerTests
{
    [OnnxCheckerTheory]
    [InlineData("integer")]
    [InlineData("integer: { activations: static }")]
    [InlineData("integer: { activations: none, bits: 4 }")]
    [InlineData("float16")]
    [InlineData("float16: { graph: true, except: Tanh }")]
    public void AcceptsWhatIsWritten(string stage)
    {
        var model = Graphs.Model([("x", [1, 40])], [("y", ElementType.Float)],
            [RewrittenRun.Weight("w", 2, 40, 24), RewrittenRun.Weight("v", 3, 24, 24)], "MatMul x,w -> h", "Tanh h -> t", "Gemm t,v -> y");
        model.Graph.Output[0] = Build.Value("y", ElementType.Float, 1, 24);
        using var run = new RewrittenRun(model, stage, "gate: { outputs: { samples: { random: { count: 4, seed: 3 } }, r2: 0.5 } }");
        var (exitCode, errors) = OnnxCheckerTheoryAttribute.Python($"import onnx; onnx.checker.check_model('{run.Path}', full_check=False)");
        exitCode.ShouldBe(0, errors);
    }
}

/// <summary>Skipped where Python has no onnx.</summary>
public sealed class OnnxCheckerFactAttribute : FactAttribute
{
    public OnnxCheckerFactAttribute() => Skip = new OnnxCheckerTheoryAttribute().Skip;
}

/// <summary>Skipped where Python has no onnx.</summary>
public sealed class OnnxCheckerTheoryAttribute : TheoryAttribute
{
    private static readonly bool _isThere = File.Exists("/usr/bin/python3") && Python("import onnx.checker").ExitCode == 0;

    public OnnxCheckerTheoryAttribute() => Skip = _isThere ? null : "Needs Debian's python3-onnx.";

    internal static (string Output, string Errors) Output(string program)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        return (process.StandardOutput.ReadToEnd(), errors.Result);
    }

    internal static (int ExitCode, string Errors) Python(string program)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", program]) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
