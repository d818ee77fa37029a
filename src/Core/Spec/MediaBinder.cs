using CompressTasks.Spec.Schema;

namespace CompressTasks.Spec;

/// <summary>Makes samples of pictures and sounds from checked values.</summary>
internal static class MediaBinder
{
    /// <returns>Null when the samples are neither.</returns>
    public static MediaSamplesSpec? Bind(ObjectValue samples) =>
        samples["images"] is ObjectValue images ? Images(images) : samples["audio"] is ObjectValue audio ? Audio(audio) : null;

    private static ImageSamplesSpec Images(ObjectValue images) => new(Path(images), images["path"]?.At ?? images.At)
    {
        Input = Input(images),
        Constants = Constants(images),
        Size = [.. Numbers(images, "size").Select(length => (int)length)],
        Resize = images.Choice<ImageResize>("resize"),
        Shorter = (int?)images.OptionalNumber("shorter"),
        Padding = (byte)images.Number("padding"),
        Color = images.Choice<ImageColor>("color"),
        Scale = images.OptionalNumber("scale"),
        Mean = Numbers(images, "mean") is { Count: > 0 } mean ? mean : [0],
        Std = Numbers(images, "std") is { Count: > 0 } deviation ? deviation : [1],
        Layout = images.Find("layout") is null ? null : images.Choice<ImageLayout>("layout"),
    };

    private static AudioSamplesSpec Audio(ObjectValue audio) => new(Path(audio), (int)audio.Number("rate"), audio["path"]?.At ?? audio.At)
    {
        Input = Input(audio),
        Constants = Constants(audio),
        Window = (int?)audio.OptionalNumber("window"),
        Hop = (int?)audio.OptionalNumber("hop"),
        Context = (int)audio.Number("context"),
        Scale = audio.Number("scale"),
    };

    private static string Path(ObjectValue media) => media.Text("path").Replace('\\', '/');

    private static string? Input(ObjectValue media) => media.Find("input") is null ? null : media.Text("input");

    private static List<double> Numbers(ObjectValue media, string key) => [.. media.Items(key).OfType<NumberValue>().Select(number => number.Number)];

    private static IReadOnlyList<InputConstantSpec> Constants(ObjectValue media) =>
    [
        .. ((media["constants"] as ObjectValue)?.Fields ?? []).Where(field => field.Value is NumberValue)
            .Select(field => new InputConstantSpec(field.Name, ((NumberValue)field.Value!).Number, field.NameAt)),
    ];
}
