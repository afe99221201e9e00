namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>Tells speech from what a recogniser invents on music, laughter, coughs and silence.</summary>
internal static class HallucinationFilter
{
    // What Moonshine and its training data say on silence and noise.
    private static readonly HashSet<string> Stock = new(StringComparer.OrdinalIgnoreCase)
    {
        "you", "thank you", "thanks", "thank you very much", "thanks for watching", "bye", "oh", "ah", "uh", "um", "hmm", "mm", "huh", "okay", "so", "the", "yeah", "ha", "ha ha", "wow", "whoa", "ooh", "i", "a",
    };

    /// <summary>Whether the words are to be dropped.</summary>
    public static bool Rejects(string text, in MoonshineDecoding decoding, RejectionOptions options) =>
        !text.Any(char.IsLetterOrDigit)
        || decoding.Stop != MoonshineStop.EndToken
        || decoding.Confidence < options.MinConfidence
        || Doubts(text, decoding, options) > 1;

    // A stock phrase, words that the model was pressed for, or of which it is not sure: one may be, two together are an invention.
    private static int Doubts(string text, in MoonshineDecoding decoding, RejectionOptions options) =>
        (Stock.Contains(text.Trim('.', ',', '!', '?', ' ', '…')) ? 1 : 0) + (decoding.Doubtful ? 1 : 0) + (decoding.Confidence < options.MinStockConfidence ? 1 : 0);
}
