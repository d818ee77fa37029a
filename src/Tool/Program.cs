using CompressTasks.Tool.Commands;
using CompressTasks.Tool.Output;

return await CommandLine.RunAsync(args, ToolConsole.ForProcess()).ConfigureAwait(false);
