using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Conversation.Gateway.Telephony.Twilio.Access;

/// <summary>What the dialog is to know of a call made from here, as part of the address at which Twilio asks when it is answered. Twilio signs that address: so nobody else can have written it.</summary>
internal static class OutboundNote
{
    public const string Parameter = "note";

    /// <summary>Characters of it: Twilio takes addresses of 4,000.</summary>
    public const int Longest = 3_000;

    public static string Write(IReadOnlyDictionary<string, string> attributes) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(attributes));

    public static IReadOnlyDictionary<string, string> Read(string note)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(Base64Url.DecodeFromChars(note)) ?? [];
        }
        catch (Exception fault) when (fault is FormatException or JsonException or DecoderFallbackException)
        {
            return new Dictionary<string, string>();
        }
    }
}
