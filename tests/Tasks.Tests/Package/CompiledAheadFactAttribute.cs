using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CompressTasks.Tasks.Tests.Package;

/// <summary>A test of code that is compiled ahead of time: of x64 for processors with AVX2.</summary>
internal sealed class CompiledAheadFactAttribute : FactAttribute
{
    public CompiledAheadFactAttribute()
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64 && !Avx2.IsSupported)
            Skip = "needs a processor with AVX2";
    }
}
