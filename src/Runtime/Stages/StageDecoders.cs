using CompressTasks.IO;
using CompressTasks.Stages.Dct;
using CompressTasks.Stages.Gaussian;
using CompressTasks.Stages.Haar;
using CompressTasks.Stages.Pca;

namespace CompressTasks.Stages;

/// <summary>The one list of all stage decoders: the byte that names each in a chunk, and its reader.</summary>
internal static class StageDecoders
{
    private const byte Gaussian = 1;
    private const byte Pca = 2;
    private const byte Haar = 3;
    private const byte Dct = 4;

    public static void Write(IStageDecoder decoder, ChunkWriter writer)
    {
        writer.Byte(IdOf(decoder));
        decoder.Write(writer);
    }

    public static IStageDecoder Read(ChunkReader reader) => reader.Byte() switch
    {
        Gaussian => GaussianDecoder.Read(reader),
        Pca => PcaDecoder.Read(reader),
        Haar => HaarDecoder.Read(reader),
        Dct => DctDecoder.Read(reader),
        var id => throw ChunkReader.Corrupt($"there is no stage with the number {id}"),
    };

    private static byte IdOf(IStageDecoder decoder) => decoder switch
    {
        GaussianDecoder => Gaussian,
        PcaDecoder => Pca,
        HaarDecoder => Haar,
        DctDecoder => Dct,
        _ => throw new ArgumentException($"{decoder.GetType()} has no number.", nameof(decoder)),
    };
}
