using System.Globalization;
using System.Numerics.Tensors;
using CompressTasks.Corpus;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Tokenizers;

namespace CompressTasks.Benchmarks.Uses;

/// <summary>MiniLM finds the nearest of many texts: half of Debian.s <c>fortunes</c> ask for the other half.</summary>
internal sealed class Retrieval : IUse
{
    /// <summary>Where the texts are from.</summary>
    public const string FilePath = "/usr/share/games/fortunes/cookie";

    private const int Texts = 400;
    private const int MaxTokens = 64;

    private readonly Lazy<List<long[]>> _texts = new(() => Tokens(ReadTexts(text => text.Length is > 60 and < 400).Take(Texts)));

    /// <summary>Documents, and then for each a query: the halves of longer texts.</summary>
    private readonly Lazy<List<long[]>> _halves = new(() =>
    {
        var texts = ReadTexts(text => text.Length is >= 200 and < 800).Take(Texts / 2).ToList();
        return Tokens(texts.Select(text => text[..Middle(text)]).Concat(texts.Select(text => text[Middle(text)..])));
    });

    public string Title => "all-MiniLM-L6-v2";

    public string Path => LargeModels.MiniLM;

    public string Judge(InferenceSession original, InferenceSession model)
    {
        var (expected, found) = (Embeddings(original, _texts.Value), Embeddings(model, _texts.Value));
        var cosine = expected.Zip(found, (e, f) => (double)TensorPrimitives.CosineSimilarity<float>(e, f)).Average();
        var queries = Enumerable.Range(0, Texts / 2).ToList();
        var changed = queries.Count(query => First(expected, query) != First(found, query));
        return string.Create(CultureInfo.InvariantCulture,
            $"first document changes in {100.0 * changed / queries.Count:0.0} % of queries, cosine {cosine:0.0000}");
    }

    /// <summary>The same, and where every query has a document that answers it: the first half of its text.</summary>
    public string JudgeWithAnswers(InferenceSession original, InferenceSession model)
    {
        var (expected, found) = (Embeddings(original, _halves.Value), Embeddings(model, _halves.Value));
        var documents = expected.Count / 2;
        var queries = Enumerable.Range(documents, documents).ToList();
        int First(IReadOnlyList<float[]> embeddings, int query) =>
            Enumerable.Range(0, documents).MaxBy(document => TensorPrimitives.CosineSimilarity<float>(embeddings[query], embeddings[document]));
        var changed = queries.Count(query => First(expected, query) != First(found, query));
        var right = queries.Count(query => First(expected, query) == query - documents);
        var stillRight = queries.Count(query => First(found, query) == query - documents);
        return Judge(original, model) + string.Create(CultureInfo.InvariantCulture,
            $"; of {documents} with an answer, in {100.0 * changed / documents:0.0} % (right: {right}, {stillRight})");
    }

    /// <summary>The second half of the texts are documents.</summary>
    private static int First(IReadOnlyList<float[]> embeddings, int query) =>
        Enumerable.Range(Texts / 2, Texts / 2).MaxBy(document => TensorPrimitives.CosineSimilarity<float>(embeddings[query], embeddings[document]));

    /// <summary>The mean of the last hidden states.</summary>
    private static List<float[]> Embeddings(InferenceSession session, IReadOnlyList<long[]> texts) => [.. texts.Select(tokens =>
    {
        long[] shape = [1, tokens.Length];
        using var ids = OrtValue.CreateTensorValueFromMemory(tokens, shape);
        using var mask = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, tokens.Length).ToArray(), shape);
        using var types = OrtValue.CreateTensorValueFromMemory(new long[tokens.Length], shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["input_ids", "attention_mask", "token_type_ids"], [ids, mask, types], [session.OutputNames[0]]);
        var states = outputs[0].GetTensorDataAsSpan<float>();
        var mean = new float[states.Length / tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
            TensorPrimitives.Add(mean, states.Slice(i * mean.Length, mean.Length), mean);
        return mean;
    })];

    /// <summary>Behind the word in the middle.</summary>
    private static int Middle(string text) => text.IndexOf(' ', text.Length / 2) is > 0 and var space ? space : text.Length / 2;

    private static IEnumerable<string> ReadTexts(Func<string, bool> isTaken)
    {
        if (!File.Exists(FilePath))
            throw new InvalidOperationException($"{FilePath} was not found: apt-get install fortunes.");
        return File.ReadAllText(FilePath).Split("\n%\n").Where(isTaken);
    }

    private static List<long[]> Tokens(IEnumerable<string> texts)
    {
        var tokenizer = BertTokenizer.Create(LargeModels.MiniLMVocabulary);
        return [.. texts.Select(text => tokenizer.EncodeToIds(text, MaxTokens, out _, out _).Select(id => (long)id).ToArray())];
    }
}
