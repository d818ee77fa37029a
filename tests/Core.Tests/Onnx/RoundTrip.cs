using CompressTasks.Onnx;

namespace CompressTasks.Core.Tests.Onnx;

/// <summary>Takes payloads out of a model and puts them back.</summary>
internal static class RoundTrip
{
    public static MemoryStream Skeleton(ModelImage image)
    {
        var skeleton = new MemoryStream();
        image.WriteSkeleton(skeleton);
        skeleton.Length.ShouldBe(image.Layout.SkeletonLength);
        skeleton.Position = 0;
        return skeleton;
    }

    public static byte[] InMemory(OnnxModel model, ModelImage image)
    {
        var buffer = ModelRestorer.ToBuffer(image.Layout, Skeleton(image));
        for (var i = 0; i < image.Weights.Count; i++)
            model.ReadBytes(image.Weights[i]).CopyTo(ModelRestorer.HoleIn(buffer, image.Layout.Holes[i]));
        return buffer;
    }

    public static void ToFiles(OnnxModel model, ModelImage image, string path, bool overwrite = false) =>
        ModelRestorer.ToFiles(image.Layout, Skeleton(image), path, overwrite, (hole, stream) => stream.Write(model.ReadBytes(image.Weights[hole])));
}
