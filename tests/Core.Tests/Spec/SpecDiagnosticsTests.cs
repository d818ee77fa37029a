using CompressTasks.Diagnostics;
using CompressTasks.Spec;

namespace CompressTasks.Core.Tests.Spec;

public sealed class SpecDiagnosticsTests
{
    private static string[] Errors(string yaml) =>
        SpecParsing.Errors(yaml);

    /// <summary>The only error of <paramref name="yaml"/>, as editors and MSBuild read it.</summary>
    private static void ShouldFail(string yaml, string expected) => Errors(yaml).ShouldBe(["compress.yml" + expected]);

    [Theory]
    [InlineData("")]
    [InlineData("\n# nothing but a comment\n")]
    [InlineData("---\n...\n")]
    [InlineData("~")]
    public void AnEmptySpecIsRefused(string yaml) =>
        ShouldFail(yaml, "(1,1): error CT1005: the spec is empty; it needs at least the key \"models\"");

    [Fact]
    public void ASecondDocumentIsRefusedWhereItBegins() =>
        ShouldFail("models: [ a ]\n---\nmodels: [ b ]",
            "(2,1): error CT1006: a second YAML document begins here; a spec is one document, so use one file per spec");

    [Theory]
    [InlineData("models: [ a ]\nrules: ]", 2)]
    [InlineData("models: [ a ]\noutput: \"never closed", 2)]
    [InlineData("models:\n  - a\n - b", 3)]
    [InlineData("models: @a", 1)]
    public void ASyntaxErrorHasItsLine(string yaml, int line)
    {
        var error = Should.Throw<CompressException>(() => CompressionSpec.Parse(yaml, "compress.yml")).Diagnostics.ShouldHaveSingleItem();
        error.Code.ShouldBe("CT1004");
        error.Location!.Line.ShouldBe(line);
        error.Location.Column.ShouldBeGreaterThan(0);
        error.Message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("models: [ a\ngate: b", 2)]
    [InlineData("models: [ a ]\ngate: { r2: 0.9\n\noutput: b", 4)]
    [InlineData("models: [ \"\\uD800\\u0041\" ]", 1)]
    [InlineData("models: [ \"\\UFFFFFFFF\" ]", 1)]
    [InlineData("...\nmodels: [ a ]", 2)]
    public void WhatTheParserHasNoPlaceForIsReportedWhereItStopped(string yaml, int line)
    {
        var error = Should.Throw<CompressException>(() => CompressionSpec.Parse(yaml, "compress.yml")).Diagnostics.ShouldHaveSingleItem();
        error.ToString().ShouldStartWith($"compress.yml({line},");
        error.Message.ShouldStartWith("this is not valid YAML: found what cannot stand here");
    }

    [Fact]
    public void AZeroCharacterStandsInNoText() =>
        ShouldFail("models: [ a ]\noutput: \"a\\0b\"", "(2,9): error CT1011: \"output\" is \"a b\", expected text without a zero character");

    [Fact]
    public void ATabInTheIndentationIsNamed() =>
        ShouldFail("models:\n  - a\ngate:\n\tr2: 0.9", "(4,1): error CT1004: this is not valid YAML: the line is indented with a tab; use spaces");

    [Fact]
    public void ADuplicateKeyNamesTheFirst() =>
        ShouldFail("models: [ a ]\noutput: x\noutput: y", "(3,1): error CT1014: the key \"output\" is already set at line 2; remove one of the two");

    [Fact]
    public void ATagIsRefused() =>
        ShouldFail("models: [ !!str a ]", "(1,11): error CT1008: found the YAML tag \"tag:yaml.org,2002:str\"; a spec uses no tags, so remove it");

    [Fact]
    public void AnUnknownKeyIsAnsweredWithTheNearest() =>
        ShouldFail("models: [ a ]\ngate:\n  wieghtR2: 0.9", "(3,3): error CT1013: unknown key \"wieghtR2\" in gate; did you mean \"weightR2\"?");

    [Fact]
    public void AnUnknownKeyWithoutANearOneIsAnsweredWithAll() =>
        ShouldFail("models: [ a ]\nstacks: { s: [ quantize: { quality: 3, r2: 0.5 } ] }",
            "(2,28): error CT1013: unknown key \"quality\" in quantize; expected r2, step, bits, bytes, for, of, allocate, floor, calibration, "
                + "calibrationMemory, calibrationBlock, calibrationPatches or maxTime");

    [Fact]
    public void AMisspeltRequiredKeyIsOneErrorNotTwo() =>
        ShouldFail("model: [ a ]", "(1,1): error CT1013: unknown key \"model\" in spec; did you mean \"models\"?");

    [Fact]
    public void AMissingKeyIsNamedAtItsOwner() =>
        ShouldFail("output: x", "(1,1): error CT1015: spec needs the key \"models\": a list of models");

    [Fact]
    public void OptionsInTheColumnOfTheirStageAreUnderstood() => ShouldFail(
        """
        models: [ a ]
        stacks:
          s:
            - gaussian:
              components: 4
        """,
        "(5,7): error CT1013: unknown key \"components\" in stage; it belongs to \"gaussian\" above, so indent it further");

    [Theory]
    [InlineData("models: { a: b }", "(1,9): error CT1010: \"models\" is a mapping, expected a list of models")]
    [InlineData("models:", "(1,8): error CT1010: \"models\" is nothing, expected a list of models")]
    [InlineData("models: []", "(1,9): error CT1017: \"models\" is empty, expected a list of models with at least one item")]
    [InlineData("models: [ [ a ] ]", "(1,11): error CT1010: \"models\" is a list, expected a path, a glob, or a mapping with path")]
    [InlineData("models: [ { path: } ]", "(1,19): error CT1010: \"path\" is nothing, expected a path or glob")]
    [InlineData("models: [ ' ' ]", "(1,11): error CT1010: \"path\" is the text \" \", expected a path or glob")]
    [InlineData("models: [ { path: a, name: 'a/b' } ]",
        "(1,28): error CT1034: \"name\" is \"a/b\", expected a file name that every system allows: no folders, none of < > : \" | ? *, no point or "
            + "blank at the end")]
    [InlineData("[ a ]", "(1,1): error CT1010: \"spec\" is a list, expected a mapping with models, stacks and rules")]
    [InlineData("just text", "(1,1): error CT1010: \"spec\" is \"just text\", expected a mapping with models, stacks and rules")]
    public void WrongShapesSayFoundAndExpected(string yaml, string expected) => ShouldFail(yaml, expected);

    [Theory]
    [InlineData("r2: good", "(2,13): error CT1010: \"r2\" is \"good\", expected a number, at most 1")]
    [InlineData("r2: '0.9'", "(2,13): error CT1010: \"r2\" is the text \"0.9\", expected a number, at most 1; remove the quotes")]
    [InlineData("r2: 95%", "(2,13): error CT1010: \"r2\" is \"95%\", expected a number, at most 1; write 0.95 for 95 %")]
    [InlineData("r2: .nan", "(2,13): error CT1010: \"r2\" is \".nan\", expected a number, at most 1; the number must be finite")]
    [InlineData("ratio: -.INF", "(2,16): error CT1010: \"ratio\" is \"-.INF\", expected a number, more than 0; the number must be finite")]
    [InlineData("ratio: Infinity", "(2,16): error CT1010: \"ratio\" is \"Infinity\", expected a number, more than 0; the number must be finite")]
    [InlineData("ratio: 1e999", "(2,16): error CT1011: \"ratio\" is 1e999, expected a number, more than 0")]
    [InlineData("ratio: 0", "(2,16): error CT1011: \"ratio\" is 0, expected a number, more than 0")]
    [InlineData("ratio: [4]", "(2,16): error CT1010: \"ratio\" is a list, expected a number, more than 0")]
    [InlineData("r2: 1.0001", "(2,13): error CT1011: \"r2\" is 1.0001, expected a number, at most 1")]
    [InlineData("maxBytes: 0", "(2,19): error CT1011: \"maxBytes\" is 0, expected at least 1 byte and less than 8 EiB")]
    [InlineData("maxBytes: 2 XB", "(2,19): error CT1010: \"maxBytes\" is \"2 XB\", expected bytes, such as 2000000, 2 MB, 900 KB or 1 MiB")]
    [InlineData("onFailure: warn", "(2,20): error CT1012: \"onFailure\" is \"warn\", expected error or warning")]
    [InlineData("onFailure: eror", "(2,20): error CT1012: \"onFailure\" is \"eror\", expected error or warning; did you mean \"error\"?")]
    public void GateValuesAreChecked(string gate, string expected) => ShouldFail($"models: [ a ]\ngate: {{ {gate} }}", expected);

    [Theory]
    [InlineData("gaussian: { components: 0 }", "(3,29): error CT1011: \"components\" is 0, expected a whole number, 1 to 64")]
    [InlineData("gaussian: { components: 2.5 }", "(3,29): error CT1010: \"components\" is 2.5, expected a whole number, 1 to 64")]
    [InlineData("gaussian: { components: 65 }", "(3,29): error CT1011: \"components\" is 65, expected a whole number, 1 to 64")]
    [InlineData("gaussian: { block: 7 }", "(3,24): error CT1011: \"block\" is 7, expected a whole number, 8 to 1024")]
    [InlineData("gaussian: { free: none }", "(3,23): error CT1012: \"free\" is \"none\", expected all or amplitude")]
    [InlineData("gaussian: 8", "(3,15): error CT1010: \"gaussian\" is \"8\", expected a mapping of options")]
    [InlineData("pca", "(3,5): error CT1016: pca needs exactly one of components, keep or variance, found none")]
    [InlineData("pca: { weighting: none }", "(3,5): error CT1016: pca needs exactly one of components, keep or variance, found none")]
    [InlineData("pca: { keep: 0.5, components: 2 }",
        "(3,23): error CT1016: pca needs exactly one of components, keep or variance, found keep and components")]
    [InlineData("pca: { keep: 0 }", "(3,18): error CT1011: \"keep\" is 0, expected a number, more than 0, at most 1")]
    [InlineData("pca: { keep: 0,5 }", "(3,18): error CT1011: \"keep\" is 0, expected a number, more than 0, at most 1",
        "(3,20): error CT1013: unknown key \"5\" in pca; expected components, keep, variance or weighting")]
    [InlineData("haar", "(3,5): error CT1015: haar needs the key \"keep\": a number, more than 0, at most 1")]
    [InlineData("dct: { keep: 2 }", "(3,18): error CT1011: \"keep\" is 2, expected a number, more than 0, at most 1")]
    [InlineData("recursive: { maxLevels: 3 }", "(3,5): error CT1016: recursive needs exactly one of pca, haar, dct or gaussian, found none")]
    [InlineData("recursive: { pca: { keep: 1 }, haar: { keep: 1 } }",
        "(3,36): error CT1016: recursive needs exactly one of pca, haar, dct or gaussian, found pca and haar")]
    [InlineData("recursive: { gaussian, maxLevels: 17 }", "(3,39): error CT1011: \"maxLevels\" is 17, expected a whole number, 1 to 16")]
    [InlineData("quantize: { r2: 1 }", "(3,21): error CT1011: \"r2\" is 1, expected a number, more than 0, less than 1")]
    [InlineData("quantize: { step: 0.0 }", "(3,23): error CT1011: \"step\" is 0.0, expected a number, more than 0")]
    [InlineData("quantize: { bits: 16.5 }", "(3,23): error CT1011: \"bits\" is 16.5, expected a number, more than 0, at most 16")]
    [InlineData("lossless: { r2: 0.9 }", "(3,17): error CT1013: unknown key \"r2\" in lossless; it has none")]
    [InlineData("quantise: { r2: 0.9 }", "(3,5): error CT1020: unknown stage \"quantise\"; did you mean \"quantize\"?")]
    [InlineData("wavelet",
        "(3,5): error CT1020: unknown stage \"wavelet\"; expected gaussian, pca, haar, dct, recursive, residual, quantize, lossless, "
            + "integer or float16")]
    [InlineData("{ haar: { keep: 1 }, dct: { keep: 1 } }",
        "(3,26): error CT1016: stage needs exactly one of gaussian, pca, haar, dct, recursive, residual, quantize, lossless, integer or "
            + "float16, found haar and dct")]
    [InlineData("~", "(3,5): error CT1010: \"s\" is nothing, expected a stage")]
    public void StagesAreChecked(string stage, params string[] expected) =>
        Errors($"models: [ a ]\nstacks: {{ s: [\n    {stage} ] }}").ShouldBe(expected.Select(error => "compress.yml" + error));

    [Theory]
    [InlineData("quantize: { r2: 0.9 }, integer",
        "(3,28): error CT1023: integer must be the first stage of its stack: it makes a weight of another type, and what follows codes the weights "
            + "that it does not fit", "(3,5): error CT1023: quantize must be the only stage of its stack: it codes the weights themselves; to code "
            + "what other stages lost, end the stack with residual")]
    [InlineData("integer: { bits: 4 }",
        "(3,5): error CT1035: integer says bits: 4, but no operator has weights of 4 bits and integer activations; add activations: none, or say "
            + "5 to 8 bits")]
    [InlineData("integer: { bits: 5, activations: none }", "(3,22): error CT1035: \"bits\" is 5, and ONNX Runtime computes with 8 or 4 only")]
    [InlineData("integer: { block: 64 }",
        "(3,16): error CT1035: \"block\" means something only with \"activations: none\"; add that, or remove it: scales are per channel otherwise")]
    [InlineData("integer: { block: 48, activations: none }",
        "(3,23): error CT1035: \"block\" is 48, and ONNX Runtime computes with 16, 32, 64, 128 or 256 only")]
    [InlineData("integer: { for: outputs, bits: 8 }",
        "(3,30): error CT1035: \"bits\" is what \"for: outputs\" finds for each layer; remove one of them")]
    [InlineData("integer: { prefer: size }", "(3,16): error CT1027: \"prefer\" means something only with \"for: outputs\"; add that, or remove it")]
    [InlineData("integer: { maxTime: 5 s }", "(3,16): error CT1027: \"maxTime\" means something only with \"for: outputs\"; add that, or remove it")]
    [InlineData("float16: { except: Softmax }",
        "(3,16): error CT1037: \"except\" means something only with \"graph: true\"; add that, or remove it: weights alone are left out by rules")]
    [InlineData("float16: { graph: true, except: '[' }",
        "(3,37): error CT1022: the glob \"[\" is malformed: [ without ]; write [[] for the character itself")]
    public void RewritingIsChecked(string stage, params string[] expected) =>
        Errors($"models: [ a ]\nstacks: {{ s: [\n    {stage} ] }}").ShouldBe(expected.Select(error => "compress.yml" + error), ignoreOrder: true);

    [Theory]
    [InlineData("models: [ { path: a, format: onnx } ]",
        "(1,19): error CT1036: the format is that of a runnable model, but no rule has a stage that makes one; give a stack the stage integer or "
            + "float16, or remove \"format\"")]
    [InlineData("models: [ a ]\nrules: [ { weights: a, stack: [ integer: { activations: static } ] } ]",
        "(2,33): error CT1035: integer says activations: static, but there are no samples to measure ranges on; add calibration, or gate.outputs "
            + "with samples")]
    [InlineData("models: [ a ]\nrules:\n- { weights: a, stack: [ integer: { activations: static, calibration: a.npz } ] }\n"
        + "- { weights: b, stack: [ integer: { activations: static, calibration: b.npz } ] }",
        "(4,26): error CT1035: this stack has another calibration than the one at line 3, but one run measures the layers of all of them; give both "
            + "the same")]
    [InlineData("models: [ a ]\nrules:\n- { weights: '**', stack: [ float16: { graph: true } ] }\n- { weights: b, stack: [ integer ] }",
        "(4,14): error CT1037: float16 says graph: true at line 3, which is for all weights of a model, so that no other rule can stand beside it; "
            + "remove this rule, or graph; operators that are to stay in float32 are named by except")]
    [InlineData("models: [ a ]\nrules: [ { weights: a, stack: [ float16: { graph: true } ] } ]",
        "(2,21): error CT1037: float16 says graph: true, which is for all weights of a model, but its rule is for some; say weights: \"**\" without "
            + "maxElements, and name operators that are to stay in float32 by except")]
    [InlineData("models: [ a ]\nrules: [ { weights: a, stack: [ integer: { for: outputs } ] } ]\ngate: { outputs: { samples: s.npz } }",
        "(2,33): error CT1027: integer says for: outputs, but the spec does not say what outputs must hold; add gate.outputs with samples and a "
            + "threshold, such as r2")]
    [InlineData("models: [ a ]\nrules:\n- { weights: a, stack: [ integer: { for: outputs } ] }\n"
        + "- { weights: b, stack: [ integer: { for: outputs, prefer: size } ] }\ngate: { outputs: { samples: s.npz, r2: 0.9 } }",
        "(4,26): error CT1027: this stack says something else of prefer, maxTime or calibration than the one at line 3, but one search decides for "
            + "all layers; give both the same")]
    public void WhatMakesAModelRunnableIsChecked(string yaml, string expected) => Errors(yaml).ShouldBe(["compress.yml" + expected]);

    [Theory]
    [InlineData("gaussian, quantize: { r2: 0.9 }",
        "(3,15): error CT1023: quantize must be the only stage of its stack: it codes the weights themselves; to code what other stages lost, end "
            + "the stack with residual")]
    [InlineData("lossless, gaussian",
        "(3,5): error CT1023: lossless must be the only stage of its stack: it codes the weights themselves; to code what other stages lost, end "
            + "the stack with residual")]
    [InlineData("residual: { r2: 0.9 }", "(3,5): error CT1023: residual cannot be the first stage: there is no error to code yet; use quantize")]
    [InlineData("gaussian, residual: { r2: 0.9 }, pca: { keep: 1 }",
        "(3,15): error CT1023: residual must be the last stage of its stack: it codes what all stages before it lost")]
    [InlineData("quantize: { step: 0.1, allocate: model }",
        "(3,5): error CT1026: quantize says allocate: model without a target that weights can share; give r2 or bytes")]
    [InlineData("quantize: { r2: 0.99, floor: 0.9 }",
        "(3,5): error CT1026: quantize has a floor, but its target holds for each weight anyway; add allocate: model, or remove floor")]
    [InlineData("quantize: { bits: 3, of: bulk }",
        "(3,5): error CT1026: quantize says of: bulk, but has no r2 that each weight must reach; add r2 without allocate: model, or remove \"of\"")]
    [InlineData("quantize: { r2: 0.9, allocate: model, of: bulk }",
        "(3,5): error CT1026: quantize says of: bulk, but has no r2 that each weight must reach; add r2 without allocate: model, or remove \"of\"")]
    [InlineData("quantize: { r2: 0.9, allocate: model, floor: 0.95 }",
        "(3,5): error CT1026: quantize has a floor of 0.95, above its r2 of 0.9; lower the floor, or raise r2")]
    [InlineData("gaussian, pca: { components: 25 }",
        "(3,15): error CT1023: pca keeps 25 components of the 24 columns that the gaussian stage before it leaves; keep at most 24")]
    [InlineData("gaussian: { free: amplitude }, recursive: { pca: { components: 9 } }",
        "(3,49): error CT1023: pca keeps 9 components of the 8 columns that the gaussian stage before it leaves; keep at most 8")]
    public void StacksThatMakeNoSenseAreRefused(string stages, string expected) =>
        ShouldFail($"models: [ a ]\nstacks: {{ s: [\n    {stages} ] }}", expected);

    [Fact]
    public void AStackNeedsAStage() =>
        ShouldFail("models: [ a ]\nstacks: { s: [] }", "(2,14): error CT1017: \"s\" is empty, expected a list of stages with at least one item");

    [Theory]
    [InlineData("{ weights: a, stack: small }", "(4,26): error CT1021: unknown stack \"small\"; did you mean \"smal\"?")]
    [InlineData("{ weights: a, stack: elsewhere }", "(4,26): error CT1021: unknown stack \"elsewhere\"; expected \"smal\" or \"tiny\"")]
    [InlineData("{ weights: a, stack: lossless }",
        "(4,26): error CT1021: unknown stack \"lossless\"; to use the stage, write it as a list: [ lossless ]")]
    [InlineData("{ weights: a }", "(4,5): error CT1015: rule needs the key \"stack\": the name of a stack, or a list of stages")]
    [InlineData("{ stack: tiny }", "(4,5): error CT1015: rule needs the key \"weights\": a glob of weight paths, or a list of them")]
    [InlineData("{ weights: 'a[', stack: tiny }",
        "(4,16): error CT1022: the glob \"a[\" is malformed: [ without ]; write [[] for the character itself")]
    [InlineData("{ weights: [ a, 'b***' ], stack: tiny }", "(4,21): error CT1022: the glob \"b***\" is malformed: 3 stars in a row; write * or **")]
    [InlineData("{ weights: [], stack: tiny }",
        "(4,16): error CT1017: \"weights\" is empty, expected a glob of weight paths, or a list of them with at least one item")]
    [InlineData("{ weights: a, stack: tiny, minElements: -1 }", "(4,45): error CT1011: \"minElements\" is -1, expected a whole number, at least 0")]
    [InlineData("{ weights: a, stack: tiny, maxElements: 10 }",
        "(4,45): error CT1024: the rule matches nothing: \"maxElements\" is 10, less than \"minElements\", which is 1024")]
    [InlineData("{ weights: a, stack: gone, maxElements: 10 }", "(4,26): error CT1021: unknown stack \"gone\"; expected \"smal\" or \"tiny\"")]
    [InlineData("{ weights: a, stack: tiny, types: float }",
        "(4,39): error CT1012: \"types\" is \"float\", expected float32, float16, bfloat16 or double")]
    [InlineData("a", "(4,5): error CT1010: \"rules\" is \"a\", expected a rule")]
    public void RulesAreChecked(string rule, string expected) =>
        ShouldFail($"models: [ a ]\nstacks: {{ smal: [ gaussian ], tiny: [ gaussian ] }}\nrules:\n  - {rule}", expected);

    [Fact]
    public void AnUnknownStackOfASpecWithoutStacksSaysSo() =>
        ShouldFail("models: [ a ]\nrules: [ { weights: a, stack: b } ]", "(2,31): error CT1021: unknown stack \"b\"; the spec has no \"stacks\"");

    [Fact]
    public void OfAnotherVersionOnlyTheVersionIsReported() =>
        ShouldFail("version: 2\nmodelle: [ a ]",
            "(1,10): error CT1018: the spec is of version 2, this program reads version 1; update CompressTasks");

    [Theory]
    [InlineData("one", "(1,10): error CT1010: \"version\" is \"one\", expected a whole number, exactly 1")]
    [InlineData("1.5", "(1,10): error CT1010: \"version\" is 1.5, expected a whole number, exactly 1")]
    public void AVersionIsANumber(string version, string expected) => ShouldFail($"version: {version}\nmodels: [ a ]", expected);

    [Fact]
    public void AllErrorsAreReportedInTheOrderOfTheFile() => Errors("""
        models: [ a, a: b ]
        gate: { r2: 2, r2: 1 }
        rules:
          - { weights: "**", stack: missing }
          - { weight: "**", stack: [ quantize: { bits: 99 }, losless ] }
        report: pdf
        """).ShouldBe([
            "compress.yml(1,14): error CT1013: unknown key \"a\" in model; expected path, name or format",
            "compress.yml(1,14): error CT1015: model needs the key \"path\": a path or glob",
            "compress.yml(2,13): error CT1011: \"r2\" is 2, expected a number, at most 1",
            "compress.yml(2,16): error CT1014: the key \"r2\" is already set at line 2; remove one of the two",
            "compress.yml(4,29): error CT1021: unknown stack \"missing\"; the spec has no \"stacks\"",
            "compress.yml(5,7): error CT1013: unknown key \"weight\" in rule; did you mean \"weights\"?",
            "compress.yml(5,48): error CT1011: \"bits\" is 99, expected a number, more than 0, at most 16",
            "compress.yml(5,54): error CT1020: unknown stage \"losless\"; did you mean \"lossless\"?",
            "compress.yml(6,9): error CT1012: \"report\" is \"pdf\", expected json, markdown, html, sarif or junit",
        ]);

    [Fact]
    public void ALongOrMultilineTextStaysOneShortLine() =>
        Errors("models: [ a ]\ngate: { r2: \"x\\ny" + new string('z', 500) + "\" }").ShouldHaveSingleItem()
            .ShouldBe($"compress.yml(2,13): error CT1010: \"r2\" is the text \"x y{new string('z', 57)}…\", expected a number, at most 1");

    [Fact]
    public void AnErrorBehindAnAliasIsReportedOnce() =>
        ShouldFail(
            "models: [ a ]\nstacks:\n  a: &bad [ pca: { keep: 2 } ]\n  b: *bad",
            "(3,26): error CT1011: \"keep\" is 2, expected a number, more than 0, at most 1");
}
