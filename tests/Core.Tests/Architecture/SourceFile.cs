using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressTasks.Core.Tests.Architecture;

/// <summary>What one file declares, and the names that it uses. Comments, strings and documentation have no names.</summary>
internal sealed class SourceFile
{
    private readonly CompilationUnitSyntax _root;

    private SourceFile(string path, CompilationUnitSyntax root)
    {
        Path = path;
        _root = root;
        Namespace = _root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString() ?? "";
        Usings = _root.DescendantNodes().OfType<UsingDirectiveSyntax>()
            .Select(directive => directive.NamespaceOrType.ToString()).ToHashSet();
        Types = _root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .Select(TypeName).OfType<string>().ToHashSet();
        Extensions = _root.DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(IsExtension).Select(method => method.Identifier.ValueText).ToHashSet();
    }

    /// <summary>Relative to the folder that is scanned, with slashes.</summary>
    public string Path { get; }

    public string Namespace { get; }

    public IReadOnlySet<string> Usings { get; }

    /// <summary>The types that are not inside of another.</summary>
    public IReadOnlySet<string> Types { get; }

    public IReadOnlySet<string> Extensions { get; }

    public static SourceFile Parse(string path, string text) =>
        new(path, CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot());

    /// <summary>The namespace itself, those around it, and those of using directives.</summary>
    public bool Sees(string other) =>
        other.Length == 0 || Namespace == other || Namespace.StartsWith(other + ".", StringComparison.Ordinal) || Usings.Contains(other);

    /// <summary>The names that may be those of types: what stands before each, if anything, is a part of a namespace.</summary>
    public IEnumerable<(string? Qualifier, string Name)> TypeNames(IReadOnlySet<string> namespaceParts) =>
        from name in _root.DescendantNodes().OfType<SimpleNameSyntax>()
        where name.Parent is not (NameColonSyntax or NameEqualsSyntax or MemberBindingExpressionSyntax or BaseNamespaceDeclarationSyntax)
        let left = LeftOf(name)
        where left is null || namespaceParts.Contains(left)
        select (left, name.Identifier.ValueText);

    /// <summary>The names of methods that are called on a value.</summary>
    public IEnumerable<string> MethodsCalled() =>
        from call in _root.DescendantNodes().OfType<InvocationExpressionSyntax>()
        select call.Expression switch
        {
            MemberAccessExpressionSyntax { Expression: not PredefinedTypeSyntax } access => access.Name.Identifier.ValueText,
            MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
            _ => null,
        }
        into method
        where method is not null
        select method;

    /// <returns>The last name before the dot; null where there is no dot.</returns>
    private static string? LeftOf(SimpleNameSyntax name) => name.Parent switch
    {
        QualifiedNameSyntax qualified when qualified.Right == name => LastNameOf(qualified.Left),
        MemberAccessExpressionSyntax access when access.Name == name => LastNameOf(access.Expression),
        _ => null,
    };

    private static string LastNameOf(ExpressionSyntax expression) => expression switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => "",
    };

    private static string? TypeName(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
        DelegateDeclarationSyntax type => type.Identifier.ValueText,
        _ => null,
    };

    private static bool IsExtension(MethodDeclarationSyntax method) =>
        method.Parent is ExtensionBlockDeclarationSyntax
        || method.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(SyntaxKind.ThisKeyword) == true;
}
