using System.CommandLine;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Spec;
using CompressTasks.Spec.Yaml;
using CompressTasks.Tool.OnnxRuntimes;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress verify ARTIFACT [--against MODEL]</c>: is it whole, and how good is it?</summary>
internal static class VerifyCommand
{
    public static Command Create(ToolConsole console)
    {
        var artifact = new Argument<string>("artifact") { Description = "A compressed model (.onnxz), or with --against a runnable one (.onnx)." };
        var against = new Option<string?>("--against")
        {
            Description = "The model that it was made from, to measure what was lost; without it the artifact is only checked to be whole.",
            HelpName = "MODEL",
        };
        var specPath = new Option<string?>("--spec")
        {
            Description = "Judge it by the gate of a spec, with its samples, sequences, labels and metrics; fail with exit code 2 when it does not hold.",
            HelpName = "SPEC",
        };
        var r2 = CommonOptions.R2("Fail with exit code 2 when a weight's R² is below this.");
        var samples = new Option<string?>("--samples")
        {
            Description = "Run both models on samples (.npz or a quoted glob of them, or a folder of input_*.pb) and compare their outputs.",
            HelpName = "PATH",
        };
        var outputR2 = CommonOptions.R2("With --samples: fail with exit code 2 when an output's R² is below this.", "--output-r2");
        var onnxRuntime = new OnnxRuntimeOptions();
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json("Print the figures as JSON.");
        var command = new Command("verify", "Checks an artifact's checksums and hashes, and with --against measures its quality.") { artifact,
            against, specPath, r2, samples, outputR2, threads, json };
        onnxRuntime.AddTo(command);
        command.SetCancellableAction((parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(artifact);
            if (parsed.GetValue(against) is not { } model)
                return CheckIntegrity(path);
            var (least, leastOutput, given) = (parsed.GetValue(r2), parsed.GetValue(outputR2), parsed.GetValue(samples));
            var spec = Spec();
            var verification = ArtifactVerifier.Verify(path, model, parsed.GetThreads(threads), cancellationToken);
            IReadOnlyList<Diagnostic> failures = [];
            if (spec is not null)
            {
                onnxRuntime.Read(parsed).LoadFor(spec, _ => { }, cancellationToken);
                (verification, failures) = ArtifactVerifier.Judge(verification, spec, parsed.GetThreads(threads), cancellationToken);
            }

            if (parsed.GetValue(specPath) is null)
                (verification, failures) = (verification with { Gate = null }, [.. Below(verification, least, leastOutput)]);
            if (parsed.GetValue(json))
                console.WriteResult(JsonReport.Write(verification));
            else
                VerificationOutput.Write(console.Output, verification);
            foreach (var failure in failures)
                console.Write(failure);
            return failures.Any(failure => failure.Severity == Severity.Error) ? ExitCode.GateFailed : ExitCode.Done;

            int CheckIntegrity(string path)
            {
                if (((Option[])[specPath, r2, samples, outputR2]).FirstOrDefault(option => parsed.GetResult(option) is not null) is { } option)
                    throw new CompressException(ToolDiagnostics.QualityWithoutModel(option.Name));
                if (RunnableVerifier.IsModel(path))
                    throw new CompressException(ToolDiagnostics.ModelWithoutOriginal(path));
                var check = ArtifactVerifier.CheckIntegrity(path, parsed.GetThreads(threads), cancellationToken);
                if (parsed.GetValue(json))
                    console.WriteResult(JsonReport.Write(check));
                else
                    VerificationOutput.Write(console.Output, check);
                return ExitCode.Done;
            }

            // Of samples without a spec, outputs are compared and held to nothing here.
            CompressionSpec? Spec()
            {
                if (parsed.GetValue(specPath) is { } file)
                {
                    if ((least is not null ? "--r2" : given is not null ? "--samples" : leastOutput is not null ? "--output-r2" : null) is { } option)
                        throw new CompressException(ToolDiagnostics.SpecBesideThresholds(option));
                    return CompressionSpec.Parse(SpecText.Load(file), file);
                }

                if (given is not null)
                    return CompressionSpec.ForModel(model, given, calibration: null, outputR2: double.MinValue);
                return leastOutput is null ? null : throw new CompressException(ToolDiagnostics.SamplesWithoutModel("--output-r2", isModel: true));
            }
        });
        return command;
    }

    private static IEnumerable<Diagnostic> Below(Verification verification, double? r2, double? outputR2)
    {
        if (r2 is { } asked && !(verification.WorstWeightR2 >= asked))
            yield return ToolDiagnostics.BelowQuality(verification.Artifact, verification.WorstWeightR2, asked, verification.WorstWeight);
        var outputs = verification.Outputs?.Outputs ?? [];
        if (outputR2 is not null && outputs.All(output => output.R2 is null))
            yield return ToolDiagnostics.OutputsWithoutR2(verification.Artifact);
        foreach (var output in outputs)
        {
            if (outputR2 is { } least && output.R2 is { } actual && !(actual >= least))
                yield return ToolDiagnostics.OutputsBelow(verification.Artifact, output.Name, actual, least);
        }
    }
}
