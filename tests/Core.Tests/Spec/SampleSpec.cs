namespace CompressTasks.Core.Tests.Spec;

internal static class SampleSpec
{
    public const string Text = """
        version: 1
        models:
          - path: models/tiny-gpt.onnx        # globs allowed, relative to this file
        stacks:
          paper58: [ { gaussian: { components: 8 } }, { pca: { components: 2, weighting: none } } ]
          tower:   [ { gaussian: { components: 8, free: amplitude } }, { recursive: { pca: { variance: 0.95 }, maxLevels: 6 } } ]
          closed:  [ { gaussian: { components: 8 } }, { pca: { keep: 0.25 } }, { residual: { r2: 0.99 } } ]
          quantized: [ { quantize: { r2: 0.99 } } ]
        rules:                                # first match wins; what none matches is carried losslessly
          - weights: "blocks.*.attn.c_proj.weight"
            stack: closed
          - weights: "**"
            minElements: 1024
            stack: quantized
        gate:
          r2: 0.99                            # pooled, against the original weights
          weightR2: 0.98                      # the worst weight
          ratio: 4                            # original bytes / artifact bytes
          onFailure: error                    # or warning
        output: artifacts
        report: [ json, markdown ]
        """;
}
