using System.CommandLine;
using CompressTasks.Compression;
using CompressTasks.Reporting.Writers;
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
        var threads = CommonOptions.Threads();
        var json = CommonOptions.Json("Print the figures as JSON.");
        var command = new Command("verify", "Checks an artifact's checksums and hashes, and measures its quality against the original.") { artifact,
            against, r2, threads, json };
        command.SetCancellableAction((parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(artifact);
            var verification = ArtifactVerifier.Verify(path, parsed.GetRequiredValue(against), parsed.GetThreads(threads), cancellationToken);
            if (parsed.GetValue(json))
                console.WriteResult(JsonReport.Write(verification));
            else
                VerificationOutput.Write(console.Output, verification);

            if (parsed.GetValue(r2) is not { } asked || verification.WorstWeightR2 >= asked)
                return ExitCode.Done;
            console.Write(ToolDiagnostics.BelowQuality(path, verification.WorstWeightR2, asked, verification.WorstWeight));
            return ExitCode.GateFailed;
        });
        return command;
    }
}
