using System.Text;
using CompressTasks.Benchmarks.Fuzz.Engine;
using CompressTasks.Benchmarks.Fuzz.Mutation;
using CompressTasks.Tasks;
using CompressTasks.Tool.Receipts;

namespace CompressTasks.Benchmarks.Fuzz.Targets;

/// <summary>Receipts of runs, which a build reads to know whether there is anything to do. They name no place outside of their folder here.</summary>
internal sealed class ReceiptTarget : IFuzzTarget
{
    private const string SpecName = "compress.yml";

    private readonly TextMutator _texts = new(
        ["Glob ", "Key ", "Warning ", "Tool ", "Spec ", "Model ", "Input ", "Output ", "CompressTasks receipt 1\n", "a/**/*.onnx", SpecName]);
    private static readonly string[] _files = [SpecName, "a/m.onnx", "a/b/aaaaaaaaaaaaaaaaaaaab.onnx", "a/b/c/x.txt"];

    private readonly SampleFolder _folder = new();
    private readonly ReceiptFolders _folders;

    public ReceiptTarget()
    {
        Directory.CreateDirectory(_folder["a/b/c"]);
        foreach (var name in _files)
            _folder.Write(name, Encoding.UTF8.GetBytes(name));
        _folders = new(_folder.FullName, _folder.FullName, _folder.FullName);
    }

    public string Name => "receipt";

    public IReadOnlyList<byte[]> Seeds()
    {
        ReceiptFile File(ReceiptRole role, string name) => new(role, name, FileStamp.Of(_folder[name]));
        var receipt = new Receipt(
            [File(ReceiptRole.Spec, SpecName), File(ReceiptRole.Model, "a/m.onnx"), File(ReceiptRole.Output, "a/b/c/x.txt")],
            [new("a/**/*.onnx", GlobListing.Digest(_folder.FullName, "a/**/*.onnx")), new("a/*a*a*a*b.onnx", "0")],
            "--r2 0.9", [new("CT4014", SpecName, 3, 1, "a warning")]);
        receipt.Write(_folder["seed"]);
        return [System.IO.File.ReadAllBytes(_folder["seed"])];
    }

    public void Mutate(InputBuffer input, FuzzRandom random) => _texts.Mutate(input, random);

    public void Read(ReadOnlyMemory<byte> input)
    {
        RemoveOutputs(input.Span);
        if (Receipt.Read(_folder.Write("receipt", input.Span)) is not { } receipt)
            return;
        if (receipt.Files.Any(file => LeadsOut(file.Path)) || receipt.Globs.Any(glob => LeadsOut(glob.Pattern)))
            return;
        var check = UpToDateCheck.Run(receipt, _folder[SpecName], receipt.Key, _folders);
        _ = (check.Change, check.Refreshed);
    }

    /// <summary>A list of what earlier runs have made removes nothing else, wherever it leads.</summary>
    private void RemoveOutputs(ReadOnlySpan<byte> input)
    {
        _folder.Write("a/b/r.outputs", input);
        RunOutputs.Of(_folder["a/b/r"]).End([], read: [], CancellationToken.None);
        if (!_files.All(name => File.Exists(_folder[name])))
            throw new FindingException("a file is gone that no run has made");
    }

    /// <summary>What is no receipt is as none; the check says what has changed.</summary>
    public bool Refuses(Exception error) => false;

    public long Asked(ReadOnlyMemory<byte> input) => input.Length;

    public void Dispose() => _folder.Dispose();

    private static bool LeadsOut(string path) => Path.IsPathRooted(path) || path.Split('/', '\\').Contains("..");
}
