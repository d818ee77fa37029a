using System.Reflection;
using CompressTasks.Artifacts;
using CompressTasks.Onnx;
using CompressTasks.Onnx.Protobuf;
using Google.Protobuf.Reflection;
using Wire = CompressTasks.Artifacts.Wire;

namespace CompressTasks.Core.Tests.Onnx;

/// <summary>Numbers that are written by hand are those of the <c>.proto</c> files, of which the protobuf compiler makes descriptors.</summary>
public sealed class FieldNumbersTests
{
    [Fact]
    public void OfModels() => ShouldBeThoseOf(OnnxReflection.Descriptor, typeof(FieldNumbers), "Proto");

    [Fact]
    public void OfTheIndexOfAnArtifact() => ShouldBeThoseOf(Wire.ArtifactReflection.Descriptor, typeof(IndexFieldNumbers), "");

    private static void ShouldBeThoseOf(FileDescriptor file, Type numbers, string suffix)
    {
        var found = numbers.GetNestedTypes().SelectMany(message => message.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (Message: message.Name + suffix, field.Name, Number: (int)field.GetRawConstantValue()!))).ToList();
        found.ShouldNotBeEmpty();
        foreach (var (message, name, number) in found)
        {
            var field = file.MessageTypes.Single(type => type.Name == message).FindFieldByNumber(number).ShouldNotBeNull($"{message} {number}");
            field.PropertyName.ShouldBe(name, $"{message} {number}");
        }
    }
}
