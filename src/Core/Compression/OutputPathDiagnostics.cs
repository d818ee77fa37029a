using System.Globalization;
using System.Text;
using CompressTasks.Diagnostics;

namespace CompressTasks.Compression;

/// <summary>What can be wrong with the names and places of what is written.</summary>
internal static class OutputPathDiagnostics
{
    public static Diagnostic NoArtifact(string model, string violation) =>
        new("CT2090", Severity.Error,
            $"No artifact can be made of the model with these names of external data: {violation}. Save the model with other names, in one file "
                + $"of external data for example.", new SourceLocation(model));

    public static Diagnostic NameTooLong(string path, int most, SourceLocation at) =>
        new("CT3093", Severity.Error,
            string.Create(CultureInfo.InvariantCulture,
                $"\"{Path.GetFileName(path)}\" cannot be written: its name has {Encoding.UTF8.GetByteCount(Path.GetFileName(path))} bytes, and file "
                    + $"systems take {most}. Give the model a shorter \"name\" in a spec, or rename it."), at);

    public static Diagnostic Overwrites(string written, string read, SourceLocation at) =>
        new("CT1033", Severity.Error,
            $"\"{written}\" would overwrite \"{read}\", which the run reads; choose another \"output\" (--output) or \"name\"", at);
}
