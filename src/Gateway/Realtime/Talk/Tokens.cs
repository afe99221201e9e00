using System.Text;

namespace Conversation.Gateway.Realtime.Talk;

/// <summary>
/// What is counted in tokens, by rules that clients can check: a token for every 100 ms of a caller's audio and every 50 ms of the platform's, as
/// the original counts, and one for every four bytes of text in UTF-8, which is near what its tokenizers make of English.
/// </summary>
internal readonly record struct Tokens(int Text, int Audio)
{
    public int All => Text + Audio;

    public static int OfText(string text) => (Encoding.UTF8.GetByteCount(text) + 3) / 4;

    public static int OfHearing(double ms) => (int)Math.Ceiling(ms / 100);

    public static int OfSpeech(double ms) => (int)Math.Ceiling(ms / 50);

    /// <summary>An item that stands in the conversation.</summary>
    public static Tokens Of(Item item) => !item.IsAudio ? new(OfText(item.Text), 0) : new(0, item.Role == "assistant" ? OfSpeech(item.AudioMs) : OfHearing(item.AudioMs));

    public static Tokens operator +(Tokens a, Tokens b) => new(a.Text + b.Text, a.Audio + b.Audio);
}
