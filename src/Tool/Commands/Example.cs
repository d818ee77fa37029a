using System.CommandLine;

namespace CompressTasks.Tool.Commands;

/// <summary>A command line that help shows, and what it is for.</summary>
internal sealed record Example(string Arguments, string Purpose)
{
    private static readonly Dictionary<string, Example[]> _ofCommands = new(StringComparer.Ordinal)
    {
        [""] =
        [
            new("compress.yml", "do what a spec says, and fail below its gate"),
            new("", "the same for the compress.yml of this folder"),
            new("model.onnx --r2 0.99", "without a spec: quantize every large weight to R² 0.99"),
            new("a.onnx models \"more/**/*.onnx\"", "several models, those of a folder, those of a glob"),
            new("compress.yml --watch", "again whenever the spec, a model or a sample is saved"),
            new("compress.yml --r2 0.995 --output out --on-failure warning", "override the spec's gate and output folder"),
        ],
        ["plan"] =
        [
            new("plan compress.yml", "what would be done to each weight, and how large it would be"),
            new("plan model.onnx --r2 0.99 --json", "the same for a model without a spec, for programs"),
        ],
        ["restore"] =
        [
            new("restore model.onnxz", "write model.onnx into the current folder"),
            new("restore model.onnxz --output restored/model.onnx --force", "write it elsewhere, over a file that is there"),
        ],
        ["cache"] =
        [
            new("cache add model.onnxz", "decode the model once, and print the path of an ordinary one for other programs"),
            new("cache list", "what is decoded, how large it is, and when it was used"),
            new("cache clear --folder models/cache", "remove what is in another cache than the user's"),
        ],
        ["add"] = [new("cache add model.onnxz", "decode the model once, and print the path of an ordinary one")],
        ["list"] = [new("cache list", "what is decoded, how large it is, and when it was used")],
        ["clear"] = [new("cache clear", "remove all decoded models")],
        ["verify"] =
        [
            new("verify model.onnxz", "check that the artifact is whole"),
            new("verify model.onnxz --against model.onnx", "check that the artifact is whole, and measure what it lost"),
            new("verify model.onnxz --against model.onnx --r2 0.99", "the same, and fail when a weight is below R² 0.99"),
            new("verify model.onnxz --against model.onnx --spec compress.yml", "judge it by the gate of a spec, with its samples and metrics"),
        ],
        ["inspect"] =
        [
            new("inspect model.onnx", "list the weights of a model: paths, types, shapes"),
            new("inspect model.onnxz --json", "list what an artifact holds, for programs"),
        ],
        ["compare"] =
        [
            new("compare baseline.report.json model.report.json", "fail when the model has become larger or worse"),
            new("compare baseline out", "the same for all that two folders have of one name"),
            new("compare main.onnxz model.onnxz --tolerance 2% --markdown", "compare artifacts, for the comment on a pull request"),
        ],
        ["study"] =
        [
            new("study model.onnx", "the papers' tables for all weights"),
            new("study model.onnx --weights \"blocks.*.attn.*\" --components 8", "the same for some weights only"),
        ],
        ["init"] =
        [
            new("init model.onnx", "write compress.yml, and the schema that editors complete and check it with"),
            new("init models/a.onnx --output specs/a.yml", "write the spec elsewhere; it finds the model from there"),
        ],
        ["schema"] =
        [
            new("schema", "print the JSON Schema of the spec"),
            new("schema --output compress.schema.json --force", "renew the file that init wrote"),
        ],
        ["completion"] =
        [
            new("completion bash", "print the script; eval \"$(dotnet compress completion bash)\" in ~/.bashrc uses it"),
        ],
    };

    public static IReadOnlyList<Example> Of(Command command) => _ofCommands[command is RootCommand ? "" : command.Name];
}
