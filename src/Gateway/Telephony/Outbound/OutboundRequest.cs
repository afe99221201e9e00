using System.Text.Json;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Outbound;

/// <summary>Reads the body of <c>POST /v1/calls</c>: <c>{"to", "carrier", "from"?, "route"?, "ringSeconds"?, "detectMachine"?, "whenMachine"?, "attributes"?}</c>. Knows no socket.</summary>
internal static class OutboundRequest
{
    /// <summary>Bytes of a body.</summary>
    public const int MostBytes = 16_384;

    private const int MostAttributes = 32;
    private const int LongestNumber = 128;
    private const int LongestText = 400;

    public static (string Carrier, OutboundCall? Call, SessionFault? Fault) Read(ReadOnlyMemory<byte> body, string id)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return ("", null, new SessionFault("bad_json", "The body is not a JSON object."));
            }

            var call = new OutboundCall { Id = id, To = "" };
            var carrier = "";
            foreach (var field in document.RootElement.EnumerateObject())
            {
                var text = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : null;
                var fits = true;
                switch (field.Name)
                {
                    case "to" when IsNumber(text):
                        call = call with { To = text! };
                        break;
                    case "from" when text == "" || IsNumber(text):
                        call = call with { From = text! };
                        break;
                    case "carrier" when text is { Length: <= LongestNumber }:
                        carrier = text;
                        break;
                    case "route" when text is { Length: <= LongestNumber }:
                        call = call with { Route = text };
                        break;
                    case "ringSeconds" when field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt32(out var seconds) && seconds is >= 5 and <= 300:
                        call = call with { Ring = TimeSpan.FromSeconds(seconds) };
                        break;
                    case "detectMachine" when field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                        call = call with { DetectMachine = field.Value.GetBoolean() };
                        break;
                    case "whenMachine" when Answering.AnswerOptions.IsAction(text):
                        call = call with { WhenMachine = text };
                        break;
                    case "attributes" when ReadAttributes(field.Value) is { } attributes:
                        call = call with { Attributes = attributes };
                        break;
                    default:
                        fits = false;
                        break;
                }

                if (!fits)
                {
                    return (carrier, null, Bad(field.Name));
                }
            }

            return call.To.Length == 0 ? (carrier, null, Bad("to")) : carrier.Length == 0 ? (carrier, null, Bad("carrier")) : (carrier, call, null);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return ("", null, new SessionFault("bad_json", "The body is not a JSON object."));
        }
    }

    // Printable and without what a dial string is made of: a number must not become an address of another kind.
    private static bool IsNumber(string? text) =>
        text is { Length: > 0 and <= LongestNumber } && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.' or '_' or '@' or ':' or '#' or '*');

    private static Dictionary<string, string>? ReadAttributes(JsonElement given)
    {
        if (given.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var one in given.EnumerateObject())
        {
            if (one.Value.ValueKind != JsonValueKind.String || one.Name.Length is 0 or > 64 || one.Value.GetString() is not { Length: <= LongestText } text || read.Count >= MostAttributes)
            {
                return null;
            }

            read[one.Name] = text;
        }

        return read;
    }

    private static SessionFault Bad(string field) => field switch
    {
        "to" or "from" => new("bad_setting", $"'{field}' is to be a number such as +15551234567.", field),
        "carrier" => new("bad_setting", "'carrier' is to name one, such as twilio.", field),
        "ringSeconds" => new("bad_setting", "'ringSeconds' is to be 5 to 300.", field),
        "detectMachine" => new("bad_setting", "'detectMachine' is to be true or false.", field),
        "whenMachine" => new("bad_setting", "'whenMachine' is to be hangup, message or talk.", field),
        "attributes" => new("bad_setting", $"'attributes' is to be an object of at most {MostAttributes} texts of at most {LongestText} characters.", field),
        "route" => new("bad_setting", "'route' is to be a name.", field),
        _ => new("bad_setting", "A field of the body is not known: give to, carrier, from, route, ringSeconds, detectMachine, whenMachine, attributes.", field.Length <= 64 ? field : null),
    };
}
