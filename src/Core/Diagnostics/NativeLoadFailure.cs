namespace CompressTasks.Diagnostics;

/// <summary>What is thrown when ONNX Runtime's native library is missing, or is not one that its managed assembly can use.</summary>
internal static class NativeLoadFailure
{
    public static bool Is(Exception error) =>
        error is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException;

    /// <summary>The first sentence: what follows in the system's message are all the places that were tried.</summary>
    public static string Reason(Exception error) => Innermost(error).Message.Split(". ", 2)[0].TrimEnd('.', '\r', '\n');

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;
}
