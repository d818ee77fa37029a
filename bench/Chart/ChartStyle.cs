using CompressTasks.Benchmarks.Corpus;

namespace CompressTasks.Benchmarks.Chart;

/// <summary>What the pictures have in common.</summary>
internal static class ChartStyle
{
    /// <summary>Colours for light and dark pages, by class.</summary>
    public const string Sheet = """

        text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #24292f }
        .title { font-size: 16px; font-weight: 600 } .small { font-size: 11px; fill: #57606a } .middle { text-anchor: middle } .end { text-anchor: end }
        .card { fill: #ffffff } .grid { stroke: #d8dee4; stroke-width: 1 } .axis { stroke: #57606a; stroke-width: 1 }
        polyline { fill: none; stroke-width: 2 } .thin { stroke-width: 1.5 } .dashed { stroke-dasharray: 6 4 }
        .coder { stroke: #0969da; stroke-width: 3 } .coder-mark { fill: #0969da }
        .bound { stroke: #57606a } .entropy { stroke: #8250df } .entropy-mark { fill: #8250df }
        .nncodec { stroke: #bc4c00 } .nncodec-mark { fill: #ffffff; stroke: #bc4c00; stroke-width: 1.5 }
        .closed { stroke: #1a7f37 } .closed-mark { fill: #1a7f37 } .paper-mark { fill: #cf222e }
        .block-mark { fill: #9a6700 } .gguf-mark { fill: none; stroke: #9a6700; stroke-width: 1.5 }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 } .small { fill: #9198a1 } .card { fill: #0d1117 } .grid { stroke: #30363d } .axis { stroke: #9198a1 }
          .coder { stroke: #58a6ff } .coder-mark { fill: #58a6ff } .bound { stroke: #9198a1 } .entropy { stroke: #bc8cff } .entropy-mark { fill: #bc8cff }
          .nncodec { stroke: #ffa657 } .nncodec-mark { fill: #0d1117; stroke: #ffa657 } .closed { stroke: #3fb950 } .closed-mark { fill: #3fb950 }
          .paper-mark { fill: #ff7b72 } .block-mark { fill: #d29922 } .gguf-mark { stroke: #d29922 }
        }

        """;

    /// <summary>R² as a length that has room for all its nines.</summary>
    public static double Decibels(double r2) => -10 * Math.Log10(1 - r2);

    public static CodingPoint Bound(double r2) => new(GaussianBound.BitsPerWeight(r2), r2, r2);
}
