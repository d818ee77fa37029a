using System.CommandLine;
using CompressTasks.Compression;
using CompressTasks.Diagnostics;
using CompressTasks.Reporting;
using CompressTasks.Reporting.Writers;
using CompressTasks.Spec;
using CompressTasks.Tool.OnnxRuntimes;
using CompressTasks.Tool.Output;

namespace CompressTasks.Tool.Commands;

/// <summary><c>dotnet compress verify ARTIFACT --against MODEL</c>: is it whole, and how good is it?</summary>
internal static class VerifyCommand
{
    public static Command Create(ToolConsole console)
    {
        var artifact = new Argument<string>("artifact") { Description = "A compressed model (.onnxz)." };
        var against = new Option<string>("--against") { Description = "The model that it was made from.", HelpName = "MODEL", Required = true };
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
        var command = new Command("verify", "Checks an artifact's checksums and hashes, and measures its quality against the original.") { artifact,
            against, r2, samples, outputR2, threads, json };
        onnxRuntime.AddTo(command);
        command.SetCancellableAction((parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(artifact);
            var verification = ArtifactVerifier.Verify(path, parsed.GetRequiredValue(against), parsed.GetThreads(threads), cancellationToken);
            if (parsed.GetValue(samples) is { } given)
                verification = verification with { Outputs = Outputs(given) };
            else if (parsed.GetValue(outputR2) is not null)
                throw new CompressException(ToolDiagnostics.SamplesWithoutModel("--output-r2", isModel: true));
            if (parsed.GetValue(json))
                console.WriteResult(JsonReport.Write(verification));
            else
                VerificationOutput.Write(console.Output, verification);

            var code = ExitCode.Done;
            if (parsed.GetValue(r2) is { } asked && !(verification.WorstWeightR2 >= asked))
            {
                console.Write(ToolDiagnostics.BelowQuality(path, verification.WorstWeightR2, asked, verification.WorstWeight));
                code = ExitCode.GateFailed;
            }

            foreach (var output in verification.Outputs?.Outputs ?? [])
            {
                if (parsed.GetValue(outputR2) is not { } least || output.R2 is null || output.R2 >= least)
                    continue;
                console.Write(ToolDiagnostics.OutputsBelow(path, output.Name, output.R2.Value, least));
                code = ExitCode.GateFailed;
            }

            return code;

            OutputsSummary Outputs(string given)
            {
                var model = parsed.GetRequiredValue(against);
                var spec = CompressionSpec.ForModel(model, given, calibration: null, outputR2: -1e9);
                onnxRuntime.Read(parsed).LoadFor(spec, _ => { }, cancellationToken);
                return ArtifactVerifier.CompareOutputs(path, spec, model, parsed.GetThreads(threads), cancellationToken);
            }
        });
        return command;
    }
}
