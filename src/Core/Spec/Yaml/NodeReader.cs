using CompressTasks.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CompressTasks.Spec.Yaml;

/// <summary>
/// Builds the tree from the parser's events. YamlDotNet's own representation model stops at the first duplicate key and follows
/// nesting and aliases without a bound, so hostile text could overflow the stack, which no caller can catch.
/// </summary>
internal sealed class NodeReader
{
    private const int MaximumDepth = 32;
    private const int MaximumNodes = 100_000;
    private const string MergeKey = "<<";

    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly string _file;
    private readonly ICollection<Diagnostic> _errors;
    private readonly Dictionary<AnchorName, Node> _anchors = [];
    private long _nodes;

    private NodeReader(string yaml, string file, ICollection<Diagnostic> errors)
    {
        _scanner = new Scanner(new StringReader(yaml));
        _parser = new Parser(_scanner);
        _file = file;
        _errors = errors;
    }

    /// <summary>The one document in <paramref name="yaml"/>, or null when there is none; what is wrong goes to <paramref name="errors"/>.</summary>
    public static Node? Read(string yaml, string file, ICollection<Diagnostic> errors)
    {
        var reader = new NodeReader(yaml, file, errors);
        try
        {
            return reader.ReadStream();
        }
        catch (YamlException exception)
        {
            errors.Add(SyntaxError.Explain(exception, yaml, file));
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet throws these, without a place, for text at the margin inside of brackets, impossible escapes, and "..." before any document.
            errors.Add(SpecDiagnostics.NotYaml(SyntaxError.Place(reader._scanner.CurrentPosition, file)));
        }
        catch (CompressException exception)
        {
            errors.Add(exception.Diagnostics[0]);
        }
        return null;
    }

    private Node? ReadStream()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
            return Empty();
        _parser.Consume<DocumentStart>();
        var root = ReadNode(depth: 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            _errors.Add(SpecDiagnostics.SeveralDocuments(At(second)));
        return root is ScalarNode { IsNull: true } ? Empty() : root;
    }

    private Node? Empty()
    {
        _errors.Add(SpecDiagnostics.Empty(new(_file, 1, 1)));
        return null;
    }

    private Node ReadNode(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return ReadAlias(alias);
        var start = _parser.Consume<NodeEvent>();
        Count(1, At(start));
        if (depth > MaximumDepth)
            throw new CompressException(SpecDiagnostics.TooDeep(MaximumDepth, At(start)));
        if (!start.Tag.IsEmpty)
            _errors.Add(SpecDiagnostics.TagNotSupported(start.Tag.ToString(), At(start)));
        Node node = start switch
        {
            Scalar scalar => new ScalarNode(scalar.Value, scalar.Style == ScalarStyle.Plain, At(scalar)),
            SequenceStart => ReadSequence(At(start), depth),
            _ => ReadMapping(start, depth),
        };

        // Known only from here on: an alias inside its own anchor is unknown instead of endless.
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor] = node;
        return node;
    }

    private Node ReadAlias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var node))
            throw new CompressException(SpecDiagnostics.UnknownAnchor(alias.Value.ToString(), At(alias)));
        Count(node.Size, At(alias));
        return node;
    }

    private SequenceNode ReadSequence(SourceLocation at, int depth)
    {
        var items = new List<Node>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode(depth + 1));
        return new(items, at);
    }

    private MappingNode ReadMapping(ParsingEvent start, int depth)
    {
        // "[ a: b ]" has a mapping without braces, for which the parser has no place: it is its first key's.
        var at = depth > 0 && start.Start.Index == 0 && _parser.Current is { } first ? At(first) : At(start);
        var entries = new Dictionary<string, MappingEntry>(StringComparer.Ordinal);
        Node? merged = null;
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (key is not ScalarNode scalar)
                _errors.Add(SpecDiagnostics.WrongType("key", Found.Describe(key), "a text", key.At));
            else if (scalar is { Text: MergeKey, IsPlain: true } && merged is null)
                merged = value;
            else if (!entries.TryAdd(scalar.Text, new(scalar, value)))
                _errors.Add(SpecDiagnostics.DuplicateKey(scalar.Text, entries[scalar.Text].Key.At, scalar.At));
        }
        if (merged is not null)
            Merge(entries, merged);
        return new([.. entries.Values], at);
    }

    private void Merge(Dictionary<string, MappingEntry> entries, Node merged)
    {
        foreach (var source in merged is SequenceNode list ? list.Items : [merged])
        {
            if (source is not MappingNode mapping)
            {
                _errors.Add(SpecDiagnostics.WrongType(MergeKey, Found.Describe(source), "a mapping or a list of mappings", source.At));
                continue;
            }
            foreach (var entry in mapping.Entries)
                entries.TryAdd(entry.Key.Text, entry);
        }
    }

    private void Count(long nodes, SourceLocation at)
    {
        _nodes += nodes;
        if (_nodes > MaximumNodes)
            throw new CompressException(SpecDiagnostics.TooManyNodes(MaximumNodes, at));
    }

    private SourceLocation At(ParsingEvent parsed) => SyntaxError.Place(parsed.Start, _file);
}
