namespace CompressTasks.Core.Tests.Architecture;

public sealed class ModuleGraphTests
{
    private static readonly (string Path, string Text)[] _sources =
    [
        ("Cars/Car.cs", "class Car { Wheel w; Engine e; }"),
        ("Cars/Van.cs", "class Van { Wheel w; Car c; }"),
        ("Parts/Wheel.cs", "class Wheel;"),
        ("Parts/Engines/Engine.cs", "class Engine { Wheel w; }"),
    ];

    [Fact]
    public void ImportsBetweenFoldersAreCounted()
    {
        var modules = new ModuleGraph(ImportGraph.Of(_sources));

        modules.Imports.Keys.ShouldBe(["Cars", "Parts"]);
        modules.Imports["Cars"].ShouldBe([KeyValuePair.Create("Parts", 3)]);
        modules.Imports["Parts"].ShouldBeEmpty();
    }

    [Fact]
    public void AnInnerFolderMayBeAModule()
    {
        var modules = new ModuleGraph(ImportGraph.Of(_sources), "Parts/Engines");

        modules.Imports["Cars"].ShouldBe([KeyValuePair.Create("Parts", 2), KeyValuePair.Create("Parts/Engines", 1)]);
        modules.Imports["Parts/Engines"].ShouldBe([KeyValuePair.Create("Parts", 1)]);
    }

    [Fact]
    public void ModulesInAnOrderHaveNoCycle() => new ModuleGraph(ImportGraph.Of(_sources)).Cycles().ShouldBeEmpty();

    [Fact]
    public void EveryCycleIsFoundWithItsModulesAndNoOther()
    {
        var graph = ImportGraph.Of(
        [
            ("A/A.cs", "class A : B;"), ("B/B.cs", "class B : C;"), ("C/C.cs", "class C : A;"),
            ("D/D.cs", "class D : E { A a; }"), ("E/E.cs", "class E : D;"), ("F/F.cs", "class F : E;"),
        ]);

        new ModuleGraph(graph).Cycles().ShouldBe([["A", "B", "C"], ["D", "E"]]);
    }
}
