using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace CompressTasks.Core.Tests.Outputs.Samples;

/// <summary>Writes <c>.npz</c> files from NumPy's description of the format.</summary>
internal static class Npz
{
    public static byte[] File(params (string Name, byte[] Npy)[] arrays)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, npy) in arrays)
            {
                using var entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write(npy);
            }
        }

        return bytes.ToArray();
    }

    public static byte[] Array<T>(string descr, string shape, params T[] values)
        where T : unmanaged =>
            Array(1, $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}", MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public static byte[] Array(byte version, string header, byte[] elements)
    {
        var text = Encoding.ASCII.GetBytes(header + "\n");
        byte[] length = version == 1 ? [(byte)text.Length, (byte)(text.Length >> 8)] : [(byte)text.Length, (byte)(text.Length >> 8), 0, 0];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. elements];
    }
}
