namespace CompressTasks.Stages;

/// <summary>The one list of all stage decoders: the byte that names each in a chunk, and its reader.</summary>
internal static class StageDecoders
{
    public static void Write(IStageDecoder decoder, ChunkWriter writer)
    {
        writer.Byte(IdOf(decoder));
        decoder.Write(writer);
    }

    public static IStageDecoder Read(ChunkReader reader) => reader.Byte() switch
    {
        var id => throw ChunkReader.Corrupt($"there is no stage with the number {id}"),
    };

    private static byte IdOf(IStageDecoder decoder) => decoder switch
    {
        _ => throw new ArgumentException($"{decoder.GetType()} has no number.", nameof(decoder)),
    };
}
