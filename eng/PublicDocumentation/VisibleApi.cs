using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace PublicDocumentation;

/// <summary>What an assembly shows to its users: public and protected members of public types.</summary>
internal sealed class VisibleApi
{
    /// <summary>Identifiers as in documentation files; methods and indexers have the number of their parameters in place of their types.</summary>
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);

    private readonly MetadataReader _metadata;

    private VisibleApi(MetadataReader metadata) => _metadata = metadata;

    public static VisibleApi Of(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var api = new VisibleApi(file.GetMetadataReader());
        foreach (var handle in api._metadata.TypeDefinitions)
            api.Add(api._metadata.GetTypeDefinition(handle));
        return api;
    }

    /// <param name="member">As in a documentation file: <c>M:Namespace.Type.Method(System.Int32)</c>.</param>
    public bool Has(string member)
    {
        var start = member.IndexOf('(', StringComparison.Ordinal);
        return _members.Contains(start < 0 ? member : Name(member[..start], ParameterCount(member.AsSpan(start + 1))));
    }

    private void Add(TypeDefinition type)
    {
        if (!IsVisible(type))
            return;
        var name = FullName(type);
        _members.Add($"T:{name}");
        var methods = type.GetMethods().Where(method => IsVisible(_metadata.GetMethodDefinition(method).Attributes)).ToHashSet();
        foreach (var method in methods.Select(_metadata.GetMethodDefinition))
            _members.Add(Name($"M:{name}.{MemberName(method.Name)}{Arity(method.GetGenericParameters().Count)}", ParameterCount(method.Signature)));
        foreach (var field in type.GetFields().Select(_metadata.GetFieldDefinition).Where(field => IsVisible((MethodAttributes)field.Attributes)))
            _members.Add($"F:{name}.{MemberName(field.Name)}");
        foreach (var property in type.GetProperties().Select(_metadata.GetPropertyDefinition))
        {
            if (methods.Contains(property.GetAccessors().Getter) || methods.Contains(property.GetAccessors().Setter))
                _members.Add(Name($"P:{name}.{MemberName(property.Name)}", ParameterCount(property.Signature)));
        }

        foreach (var @event in type.GetEvents().Select(_metadata.GetEventDefinition).Where(@event => methods.Contains(@event.GetAccessors().Adder)))
            _members.Add($"E:{name}.{MemberName(@event.Name)}");
    }

    private bool IsVisible(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
            IsVisible(_metadata.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    // Fields have the same flags as methods.
    private static bool IsVisible(MethodAttributes attributes) =>
        (attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private string FullName(TypeDefinition type)
    {
        var name = _metadata.GetString(type.Name);
        return type.IsNested ? $"{FullName(_metadata.GetTypeDefinition(type.GetDeclaringType()))}.{name}"
            : type.Namespace.IsNil ? name
            : $"{_metadata.GetString(type.Namespace)}.{name}";
    }

    private string MemberName(StringHandle name) => _metadata.GetString(name).Replace('.', '#');

    private static string Arity(int parameters) => parameters == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"``{parameters}");

    private static string Name(string member, int parameters) =>
        parameters == 0 ? member : string.Create(CultureInfo.InvariantCulture, $"{member}({parameters})");

    private int ParameterCount(BlobHandle signature)
    {
        var reader = _metadata.GetBlobReader(signature);
        if (reader.ReadSignatureHeader().IsGeneric)
            reader.ReadCompressedInteger();
        return reader.ReadCompressedInteger();
    }

    private static int ParameterCount(ReadOnlySpan<char> parameters)
    {
        var (count, depth) = (1, 0);
        foreach (var character in parameters)
        {
            depth += character is '{' or '[' or '(' ? 1 : character is '}' or ']' or ')' ? -1 : 0;
            if (character == ',' && depth == 0)
                count++;
        }

        return count;
    }
}
