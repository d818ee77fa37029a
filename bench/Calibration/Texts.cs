using CompressTasks.Benchmarks.Uses;
using CompressTasks.Corpus;
using CompressTasks.Outputs.Samples;
using Microsoft.ML.Tokenizers;

namespace CompressTasks.Benchmarks.Calibration;

/// <summary>Texts of Debian's <c>fortunes</c>, in the word pieces of MiniLM.</summary>
internal static class Texts
{
    public const string Packages = "fortunes fortunes-min";
    private const string Folder = "/usr/share/games/fortunes";

    /// <summary>Of a sample: longer texts are cut, as the model's users do, and shorter ones are not taken, so that nothing is padded.</summary>
    private const int Tokens = 64;

    /// <summary>Neighbours in a file are often of one author.</summary>
    private const int Stride = 7;

    /// <summary>Writes sets of samples that share no text.</summary>
    /// <param name="paths">A file for each set.</param>
    /// <param name="count">Samples of a set.</param>
    public static void Write(IReadOnlyList<string> paths, int count)
    {
        var texts = Read().Where((_, index) => index % Stride == 0).Take(paths.Count * count).Select(text => text.Tokens).ToList();
        foreach (var (set, path) in paths.Index())
            Save(path, texts.Where((_, index) => index % paths.Count == set));
    }

    /// <summary>Writes samples that share no text with those sets, nor any file with what texts are looked for in.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">How many.</param>
    public static void WriteOthers(string path, int count) =>
        Save(path, Read().Where((text, index) => index % Stride == 1 && text.File != Retrieval.FilePath).Take(count).Select(text => text.Tokens));

    private static void Save(string path, IEnumerable<long[]> texts)
    {
        using var writer = new SampleWriter(path);
        foreach (var text in texts)
        {
            writer.Add("input_ids", text, [Tokens]);
            writer.Add("attention_mask", Enumerable.Repeat(1L, Tokens).ToArray(), [Tokens]);
            writer.Add("token_type_ids", new long[Tokens], [Tokens]);
        }

        writer.Save();
    }

    private static IEnumerable<(string File, long[] Tokens)> Read()
    {
        if (!Directory.Exists(Folder))
            throw new InvalidOperationException($"{Folder} was not found: apt-get install {Packages}.");
        var tokenizer = BertTokenizer.Create(LargeModels.MiniLMVocabulary);
        return Directory.GetFiles(Folder).Where(path => Path.GetExtension(path).Length == 0).Order(StringComparer.Ordinal)
            .SelectMany(path => File.ReadAllText(path).Split("\n%\n"), (path, text) => (path, Pieces: Pieces(text)))
            .Where(text => text.Pieces.Length == Tokens);

        long[] Pieces(string text) => [.. tokenizer.EncodeToIds(text, Tokens, out _, out _).Select(id => (long)id)];
    }
}
