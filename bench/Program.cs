using BenchmarkDotNet.Running;
using CompressTasks.Benchmarks;
using CompressTasks.Benchmarks.Calibration;
using CompressTasks.Benchmarks.Chaos;
using CompressTasks.Benchmarks.Corpus;
using CompressTasks.Benchmarks.Decisions;
using CompressTasks.Benchmarks.Fuzz;
using CompressTasks.Benchmarks.Fuzz.Processes;
using CompressTasks.Benchmarks.Imports;
using CompressTasks.Benchmarks.Kernels;
using CompressTasks.Benchmarks.Load;
using CompressTasks.Benchmarks.Outputs;
using CompressTasks.Benchmarks.Protection;
using CompressTasks.Benchmarks.Runnable;
using CompressTasks.Benchmarks.Sequences;
using CompressTasks.Benchmarks.Soak;
using CompressTasks.Benchmarks.Uses;

switch (args)
{
    case ["corpus", .. var options]:
        return CorpusCommand.Run(options);
    case ["outputs", .. var options]:
        return OutputsCommand.Run(options);
    case ["calibration", .. var options]:
        return CalibrationCommand.Run(options);
    case ["decisions", .. var topics]:
        return DecisionsCommand.Run(topics);
    case ["imports", .. var folder]:
        return ImportsCommand.Run(folder);
    case ["protection", .. var options]:
        return ProtectionCommand.Run(options);
    case ["uses", .. var models]:
        return UsesCommand.Run(models);
    case ["sequences"]:
        return SequencesCommand.Run();
    case ["chaos", .. var options]:
        return ChaosCommand.Run(options);
    case ["soak", .. var options]:
        return SoakCommand.Run(options);
    case ["fuzz", .. var options]:
        return FuzzCommand.Run(options);
    case [FuzzWorker.Command, .. var job]:
        return FuzzWorker.Run(job);
    case [FuzzWorker.ProbeCommand, .. var job]:
        return FuzzWorker.Probe(job);
    case ["runnable", .. var options]:
        return RunnableCommand.Run(options);
    case ["speech"]:
        return SpeechCommand.Run();
    case ["load", .. var options]:
        return LoadCommand.Run(options);
    case ["noop-build", .. var options]:
        NoOpBuild.Run(options);
        return 0;
    case [Parsing.Command, var way, var file]:
        Parsing.Probe(way, file);
        return 0;
    case [CacheAbuse.Command, var artifact, var folder]:
        CacheAbuse.Probe(artifact, folder);
        return 0;
    case [LoadProbe.Command, var model, var cache, var isOptimized]:
        LoadProbe.Run(model, cache, bool.Parse(isOptimized));
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(GaussianFit).Assembly).Run(args);
        return 0;
}
