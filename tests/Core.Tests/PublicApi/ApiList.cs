using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace CompressTasks.Core.Tests.PublicApi;

/// <summary>The public surface of an assembly as text: each type, and below it its members by name.</summary>
internal static class ApiList
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext _nullability = new();

    private static readonly Dictionary<Type, string> _keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(byte)] = "byte",
    };

    public static string Of(Assembly assembly) =>
        string.Concat(assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).Select(type => $"{Heading(type)}\n{Members(type)}\n"));

    /// <summary>Members that a person wrote: what a record brings by itself follows from its being one.</summary>
    public static IEnumerable<MemberInfo> Written(Type type) =>
        type.GetMembers(Declared).Where(member => IsVisible(member) && !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not MethodInfo { IsSpecialName: true } and not Type && !IsOfRecord(member));

    private static string Members(Type type) =>
        string.Concat(Written(type).OrderBy(member => member.Name, StringComparer.Ordinal).ThenBy(Signature, StringComparer.Ordinal).Select(member => $"    {Signature(member)}\n"));

    private static string Heading(Type type)
    {
        var kind = type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.GetMethod("PrintMembers", Declared) is not null ? type.IsValueType ? "record struct" : "record"
            : type.IsValueType ? "struct"
            : "class";
        var modifier = type.IsAbstract && type.IsSealed ? "static " : type is { IsAbstract: true, IsInterface: false } ? "abstract " : type is { IsSealed: true, IsValueType: false } ? "sealed " : "";
        var bases = type.GetInterfaces().Where(i => i == typeof(IDisposable)).Select(Name).Prepend(type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) ? Name(parent) : "").Where(name => name.Length > 0).ToList();
        return $"{modifier}{kind} {type.FullName}{(bases.Count == 0 ? "" : $" : {string.Join(", ", bases)}")}";
    }

    private static string Signature(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true } constant when constant.DeclaringType!.IsEnum => $"{constant.Name} = {Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture)}",
        FieldInfo { IsLiteral: true } constant => $"const {Name(constant.FieldType)} {constant.Name} = {Convert.ToString(constant.GetRawConstantValue(), CultureInfo.InvariantCulture)}",
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}",
        PropertyInfo property => $"{Modifier(property.GetMethod!)}{Name(property.PropertyType)}{Mark(_nullability.Create(property))} {property.Name} {{ get; {Setter(property)}}}",
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo method => $"{Modifier(method)}{Name(method.ReturnType)}{Mark(_nullability.Create(method.ReturnParameter))} {method.Name}({Parameters(method)})",
        _ => throw new NotSupportedException($"{member} of {member.DeclaringType} is of a kind that the list has not met before."),
    };

    private static string Setter(PropertyInfo property) =>
        property.SetMethod is not { IsPublic: true } setter ? "" : setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{Name(parameter.ParameterType)}{Mark(_nullability.Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Value(parameter)}" : "")}"));

    private static string Value(ParameterInfo parameter) => parameter.DefaultValue is bool truth ? truth ? "true" : "false" : parameter.DefaultValue is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture)! : parameter.ParameterType.IsValueType ? "default" : "null";

    private static string Modifier(MethodInfo method) => method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.GetBaseDefinition() != method ? "override " : "";

    private static string Mark(NullabilityInfo nullability) =>
        nullability.ReadState == NullabilityState.Nullable && !nullability.Type.IsValueType ? "?" : "";

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Name(underlying)}?";
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[]";
        if (!type.IsGenericType)
            return _keywords.GetValueOrDefault(type, type.Name);
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        FieldInfo field => field.IsPublic || field.IsFamily,
        PropertyInfo property => property.GetMethod is { } getter && (getter.IsPublic || getter.IsFamily),
        MethodBase method => method.IsPublic || method.IsFamily,
        _ => true,
    };

    private static bool IsOfRecord(MemberInfo member) =>
        member.Name is "EqualityContract" or "<Clone>$" or "PrintMembers" or "Deconstruct"
        || (member is ConstructorInfo constructor && constructor.GetParameters() is [{ } only] && only.ParameterType == member.DeclaringType)
        || member is FieldInfo { IsSpecialName: true };
}
