using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Conversation.Gateway.Telephony.Twilio.Access;

/// <summary>
/// What the dialog is to know of a call made from here. It travels sealed (AES-256-GCM), in the address at which Twilio asks when the call is answered and in the
/// parameters of the stream: these end up in logs, and what is said of a person must not. Every gateway with the same auth token opens it, whichever is asked.
/// </summary>
internal sealed class OutboundNote(GatewayOptions options)
{
    public const string Parameter = "note";

    /// <summary>Characters of it: Twilio takes addresses of 4,000.</summary>
    public const int Longest = 3_000;

    private const int Nonce = 12;
    private const int Tag = 16;
    private readonly byte[] key = DerivedKey.Of(options.Twilio, "conversation outbound note v1");

    public string Seal(IReadOnlyDictionary<string, string> attributes)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(attributes);
        var note = new byte[Nonce + plain.Length + Tag];
        RandomNumberGenerator.Fill(note.AsSpan(0, Nonce));
        using var aes = new AesGcm(key, Tag);
        aes.Encrypt(note.AsSpan(0, Nonce), plain, note.AsSpan(Nonce, plain.Length), note.AsSpan(Nonce + plain.Length));
        return Base64Url.EncodeToString(note);
    }

    /// <summary>What was sealed; empty for what was not sealed here.</summary>
    public IReadOnlyDictionary<string, string> Open(string note)
    {
        try
        {
            var bytes = note.Length <= Longest ? Base64Url.DecodeFromChars(note) : [];
            if (bytes.Length < Nonce + Tag)
            {
                return new Dictionary<string, string>();
            }

            var plain = new byte[bytes.Length - Nonce - Tag];
            using var aes = new AesGcm(key, Tag);
            aes.Decrypt(bytes.AsSpan(0, Nonce), bytes.AsSpan(Nonce, plain.Length), bytes.AsSpan(Nonce + plain.Length), plain);
            return JsonSerializer.Deserialize<Dictionary<string, string>>(plain) ?? [];
        }
        catch (Exception fault) when (fault is FormatException or CryptographicException or JsonException)
        {
            return new Dictionary<string, string>();
        }
    }
}
