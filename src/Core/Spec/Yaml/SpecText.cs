using System.Text;
using CompressTasks.Diagnostics;
using CompressTasks.IO;

namespace CompressTasks.Spec.Yaml;

/// <summary>The text of a spec file: UTF-8, with or without byte order mark, and nothing that an editor would not show.</summary>
internal static class SpecText
{
    private const int MaximumBytes = 1 << 20;
    private const char ByteOrderMark = '\uFEFF';

    public static string Load(string path)
    {
        if (Directory.Exists(path))
            throw new CompressException(SpecDiagnostics.Unreadable(path, "it is a folder"));
        try
        {
            DiskFile.Require(path);
            using var stream = File.OpenRead(path);
            var buffer = new byte[MaximumBytes + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > MaximumBytes)
                throw new CompressException(SpecDiagnostics.Unreadable(path, $"it is larger than {MaximumBytes >> 20} MiB"));
            var text = Decode(buffer.AsSpan(0, length), path);
            return SpecRecognition.IsSpec(text) ? text : throw new CompressException(SpecDiagnostics.NotASpec(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CompressException(SpecDiagnostics.NotFound(path), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CompressException(SpecDiagnostics.Unreadable(path, exception.Message), exception);
        }
    }

    /// <summary>
    /// Removes the byte order mark and refuses characters that YAML forbids: the parser would take some of them for the end of the file.
    /// </summary>
    public static string Check(string text, string file)
    {
        var start = text.StartsWith(ByteOrderMark) ? 1 : 0;
        var (line, column) = (1, 1);
        for (var i = start; i < text.Length; i++, column++)
        {
            if (IsForbidden(text, i))
                throw new CompressException(SpecDiagnostics.ForbiddenCharacter(text[i], new(file, line, column)));
            if (text[i] == '\n')
                (line, column) = (line + 1, 0);
        }
        return text[start..];
    }

    public static string WithoutByteOrderMark(string text) => text.StartsWith(ByteOrderMark) ? text[1..] : text;

    private static string Decode(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new CompressException(SpecDiagnostics.NotUtf8("a UTF-16 or UTF-32 byte order mark", new(path, 1, 1)));
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        try
        {
            return utf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            var valid = utf8.GetString(bytes[..exception.Index]).TrimStart(ByteOrderMark);
            var at = new SourceLocation(path, 1 + valid.Count(c => c == '\n'), valid.Length - valid.LastIndexOf('\n'));
            throw new CompressException(SpecDiagnostics.NotUtf8($"the byte 0x{bytes[exception.Index]:X2}", at), exception);
        }
    }

    private static bool IsForbidden(string text, int i) => text[i] switch
    {
        '\t' or '\n' or '\r' or '\u0085' => false,
        '\uFFFE' or '\uFFFF' or ByteOrderMark => true,
        var c when char.IsHighSurrogate(c) => i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]),
        var c when char.IsLowSurrogate(c) => i == 0 || !char.IsHighSurrogate(text[i - 1]),
        var c => char.IsControl(c),
    };
}
