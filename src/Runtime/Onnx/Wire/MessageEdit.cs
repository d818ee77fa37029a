namespace CompressTasks.Onnx.Wire;

/// <summary>Replaces some bytes of a message by others and a hole.</summary>
/// <param name="Message">The message whose length changes with it.</param>
/// <param name="Offset">The first byte that goes.</param>
/// <param name="Length">Bytes that go.</param>
/// <param name="Literal">Bytes that come.</param>
/// <param name="Weight">Whose payload fills the hole after <paramref name="Literal"/>; null for no hole.</param>
internal readonly record struct MessageEdit(WireMessage Message, int Offset, int Length, byte[] Literal, OnnxWeight? Weight)
{
    public int Growth => Literal.Length + (int)(Weight?.PayloadBytes ?? 0) - Length;
}
