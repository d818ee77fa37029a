using CompressTasks.Diagnostics;

namespace CompressTasks.Spec.Yaml;

/// <summary>A YAML value and its place. Aliases share nodes, so a tree can be a directed acyclic graph, never a cycle.</summary>
internal abstract class Node(SourceLocation at, long size)
{
    public SourceLocation At { get; } = at;

    /// <summary>Nodes in this tree when every alias is written out.</summary>
    public long Size { get; } = size;
}

internal sealed class ScalarNode(string text, bool isPlain, SourceLocation at) : Node(at, 1)
{
    public string Text { get; } = text;

    /// <summary>Not in quotes and not a block scalar: only these can be numbers or null.</summary>
    public bool IsPlain { get; } = isPlain;

    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public static ScalarNode Null(SourceLocation at) => new("", isPlain: true, at);
}

internal sealed class SequenceNode(IReadOnlyList<Node> items, SourceLocation at) : Node(at, 1 + items.Sum(item => item.Size))
{
    public IReadOnlyList<Node> Items { get; } = items;
}

internal sealed class MappingNode(IReadOnlyList<MappingEntry> entries, SourceLocation at)
    : Node(at, 1 + entries.Sum(entry => 1 + entry.Value.Size))
{
    /// <summary>In the order of the file, no key twice, merge keys resolved.</summary>
    public IReadOnlyList<MappingEntry> Entries { get; } = entries;
}

internal sealed record MappingEntry(ScalarNode Key, Node Value);
