using System.Text;

namespace Conversation.Gateway.Telephony.Twilio.Access;

/// <summary>Reads a form (application/x-www-form-urlencoded), in its order and with every field: all of it was signed. Knows no socket.</summary>
internal static class FormFields
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The fields; null for what is no form, or one of more fields than may be.</summary>
    public static List<KeyValuePair<string, string>>? Read(ReadOnlySpan<byte> body, int most)
    {
        try
        {
            var fields = new List<KeyValuePair<string, string>>();
            foreach (var part in Utf8.GetString(body).Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                if (fields.Count == most)
                {
                    return null;
                }

                var equals = part.IndexOf('=', StringComparison.Ordinal);
                fields.Add(equals < 0 ? new(Plain(part), "") : new(Plain(part[..equals]), Plain(part[(equals + 1)..])));
            }

            return fields;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }

        static string Plain(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
    }
}
