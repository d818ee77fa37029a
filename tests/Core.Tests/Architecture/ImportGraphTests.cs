namespace CompressTasks.Core.Tests.Architecture;

public sealed class ImportGraphTests
{
    private static readonly (string Path, string Text) _wheel = ("Parts/Wheel.cs", "namespace Cars.Parts; public class Wheel { class Spoke; }");

    [Theory]
    [InlineData("using Cars.Parts; namespace Cars.Makers; class Maker { Wheel Make() => new(); }")]
    [InlineData("namespace Cars.Makers; class Maker { Cars.Parts.Wheel Make() => new(); }")]
    [InlineData("namespace Cars.Makers; class Maker { object Make() => Parts.Wheel.New(); }")]
    [InlineData("namespace Cars.Parts; class Maker : List<Wheel>;")]
    [InlineData("namespace Cars.Parts.Round; class Maker { object Make() => new Wheel.Spoke(); }")]
    [InlineData("using Cars.Parts; namespace Cars.Makers; class Maker { string Name => $\"{nameof(Wheel)}\"; }")]
    [InlineData("using static Cars.Parts.Wheel; namespace Cars.Makers; class Maker;")]
    [InlineData("using Round = Cars.Parts.Wheel; namespace Cars.Makers; class Maker;")]
    public void AFileUsesTheTypesThatItNames(string maker) => Imports(_wheel, ("Maker.cs", maker)).ShouldBe([("Maker.cs", "Parts/Wheel.cs")]);

    [Theory]
    [InlineData("namespace Cars.Makers; class Maker { Wheel Make() => new(); }")]
    [InlineData("using Cars.Parts; namespace Cars.Makers; class Maker { /* Wheel */ } // Wheel")]
    [InlineData("using Cars.Parts; namespace Cars.Makers; /// <see cref=\"Wheel\"/>\nclass Maker;")]
    [InlineData("using Cars.Parts; namespace Cars.Makers; class Maker { string Name => \"Wheel\" + \"\"\"Wheel\"\"\"; }")]
    [InlineData("using Cars.Parts; namespace Cars.Makers; class Maker { object Make() => Ferris.Wheel(); }")]
    [InlineData("using Cars.Parts; namespace Cars.Makers; class Maker { object Make() => Make(Wheel: 1); }")]
    [InlineData("using Cars.Parts; namespace Cars.Makers; class Maker { object Make(Maker m) => m?.Wheel; }")]
    [InlineData("using Cars.Parts; namespace Cars.Makers; class Maker { int wheel; Spoke spoke; }")]
    public void OtherNamesAreNoUse(string maker) => Imports(_wheel, ("Maker.cs", maker)).ShouldBeEmpty();

    [Theory]
    [InlineData("public static int Size(this int value) => value;")]
    [InlineData("extension(int value) { public int Size() => value; }")]
    public void AFileUsesTheExtensionsThatItCalls(string method)
    {
        (string Path, string Text) sizes = ("Sizes.cs", $"namespace Cars.Sizes; static class Sizes {{ {method} }}");

        Imports(sizes, Maker("1.Size()", "using Cars.Sizes;")).ShouldBe([("Maker.cs", "Sizes.cs")]);
        Imports(sizes, Maker("a?.Size()", "using Cars.Sizes;")).ShouldBe([("Maker.cs", "Sizes.cs")]);
        Imports(sizes, Maker("1.Size()", "")).ShouldBeEmpty();
        Imports(sizes, Maker("string.Size()", "using Cars.Sizes;")).ShouldBeEmpty();

        static (string Path, string Text) Maker(string made, string usings) =>
            ("Maker.cs", $"{usings} namespace Cars.Makers; class Maker {{ object Make(int? a) => {made}; }}");
    }

    [Theory]
    [InlineData("record")]
    [InlineData("record struct")]
    [InlineData("readonly ref struct")]
    [InlineData("interface")]
    [InlineData("enum")]
    public void EveryKindOfTypeCounts(string kind) =>
        Imports(("Wheel.cs", $"namespace Cars; {kind} Wheel;"), ("Maker.cs", "namespace Cars; class Maker { Wheel w; }"))
            .ShouldBe([("Maker.cs", "Wheel.cs")]);

    [Fact]
    public void DelegatesCountToo() =>
        Imports(("Wheel.cs", "namespace Cars; delegate void Wheel();"), ("Maker.cs", "namespace Cars; class Maker { Wheel w; }"))
            .ShouldBe([("Maker.cs", "Wheel.cs")]);

    [Fact]
    public void FilesAreReachedThroughOthers()
    {
        var graph = ImportGraph.Of(
            [("A.cs", "class A : B;"), ("B.cs", "class B { C c; }"), ("C.cs", "class C { A a; }"), ("D.cs", "class D : A;")]);

        graph.ReachedFrom("B.cs").ShouldBe(["A.cs", "B.cs", "C.cs"]);
    }

    private static IEnumerable<(string From, string To)> Imports(params (string Path, string Text)[] sources) => ImportGraph.Of(sources).Imports;
}
