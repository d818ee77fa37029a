using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace CompressTasks.Runtime;

/// <summary>
/// The functions of ONNX Runtime's C API that its C# API does not have. Their places in the table are those of <see cref="OrtApi"/>.
/// </summary>
internal sealed unsafe class NativeApi
{
    // AddExternalInitializersFromFilesInMemory came with ONNX Runtime 1.18.
    private const uint Version = 18;

    private readonly OrtApi* _functions;

    private NativeApi(OrtApi* functions) => _functions = functions;

    /// <summary>Finds the library that the C# API uses; null if it is not found under its usual name, or too old.</summary>
    public static NativeApi? Load()
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "onnxruntime.dll" : "onnxruntime", typeof(SessionOptions).Assembly, null,
            out var library)
            || !NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var getApiBase))
            return null;
        var apiBase = ((delegate* unmanaged<OrtApiBase*>)getApiBase)();
        var functions = ((delegate* unmanaged<uint, OrtApi*>)apiBase->GetApi)(Version);
        return functions is null ? null : new NativeApi(functions);
    }

    /// <summary>Copies session options, custom operators excepted.</summary>
    /// <exception cref="InvalidOperationException">ONNX Runtime refuses.</exception>
    public nint CloneSessionOptions(SessionOptions options)
    {
        var added = false;
        try
        {
            options.DangerousAddRef(ref added);
            nint copy;
            Check(((delegate* unmanaged<nint, nint*, nint>)_functions->CloneSessionOptions)(options.DangerousGetHandle(), &copy));
            return copy;
        }
        finally
        {
            if (added)
                options.DangerousRelease();
        }
    }

    public void ReleaseSessionOptions(nint options) => ((delegate* unmanaged<nint, void>)_functions->ReleaseSessionOptions)(options);

    /// <summary>
    /// Names external data files that are in memory. ONNX Runtime copies the names, and reads the content while it makes a session.
    /// </summary>
    /// <exception cref="InvalidOperationException">ONNX Runtime refuses.</exception>
    public void AddExternalInitializersFromFilesInMemory(nint options, IReadOnlyDictionary<string, UnmanagedBuffer> files)
    {
        var names = new nint[files.Count];
        var contents = new nint[files.Count];
        var lengths = new nuint[files.Count];
        try
        {
            foreach (var (i, (location, content)) in files.Index())
            {
                names[i] = OperatingSystem.IsWindows() ? Marshal.StringToCoTaskMemUni(location) : Marshal.StringToCoTaskMemUTF8(location);
                contents[i] = content.Address;
                lengths[i] = (nuint)content.Length;
            }

            fixed (nint* name = names, content = contents)
            fixed (nuint* length = lengths)
                Check(((delegate* unmanaged<nint, nint*, nint*, nuint*, nuint, nint>)_functions->AddExternalInitializersFromFilesInMemory)(options,
                    name, content, length, (nuint)files.Count));
        }
        finally
        {
            Array.ForEach(names, Marshal.FreeCoTaskMem);
        }
    }

    private void Check(nint status)
    {
        if (status == 0)
            return;
        var message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)_functions->GetErrorMessage)(status));
        ((delegate* unmanaged<nint, void>)_functions->ReleaseStatus)(status);
        throw new InvalidOperationException(message);
    }
}
