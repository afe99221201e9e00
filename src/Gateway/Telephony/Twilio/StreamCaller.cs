using System.Globalization;
using Conversation.Gateway.Telephony.Twilio.Access;
using Conversation.Gateway.Telephony.Twilio.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Twilio;

/// <summary>What a stream's parameters say of the call, and how they are written: the same at both ends.</summary>
internal static class StreamCaller
{
    public const string Route = "route";
    private const string From = "from";
    private const string To = "to";
    private const string Name = "name";
    private const string Outbound = "outbound";

    /// <summary>The attribute with what Twilio heard of who answered: human, machine_start, machine_end_beep, fax, unknown.</summary>
    public const string AnsweredBy = "answeredBy";

    // Characters of a sealed note in one parameter.
    private const int NotePart = 480;
    private static readonly HashSet<string> Own = [StreamTokens.Parameter, Route, From, To, Name, Outbound, .. Enumerable.Range(0, (OutboundNote.Longest / NotePart) + 1).Select(NoteName)];

    /// <summary>As parameters of a stream; those that are empty, or longer than may be, are left out. <paramref name="note"/>: sealed attributes, handed on as they are.</summary>
    public static Dictionary<string, string> Write(CallerInfo caller, string route, string note = "")
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in caller.Attributes)
        {
            Put(Own.Contains(name) ? "" : name, value);
        }

        Put(Route, route);
        Put(From, caller.Number);
        Put(To, caller.Called);
        Put(Name, caller.Name);
        Put(Outbound, caller.Outbound ? "1" : "");
        for (var n = 0; note.Length <= OutboundNote.Longest && n * NotePart < note.Length; n++)
        {
            Put(NoteName(n), note.Substring(n * NotePart, Math.Min(NotePart, note.Length - (n * NotePart))));
        }

        return parameters;

        void Put(string name, string value)
        {
            if (name.Length > 0 && value.Length > 0 && name.Length + value.Length <= Twiml.LongestParameter)
            {
                parameters[name] = value;
            }
        }
    }

    /// <summary>Who calls, from what a stream tells at its start.</summary>
    public static CallerInfo Read(StreamStart start, OutboundNote? notes = null)
    {
        var note = string.Concat(Enumerable.Range(0, (OutboundNote.Longest / NotePart) + 1).Select(n => Of(NoteName(n), "")));
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        // What the carrier says counts for more.
        foreach (var (name, value) in (notes?.Open(note) ?? new Dictionary<string, string>()).Concat(start.Parameters).Where(one => !Own.Contains(one.Key)))
        {
            attributes[name] = value;
        }

        attributes["callSid"] = start.CallId;
        return new CallerInfo
        {
            Number = Of(From, start.From),
            Called = Of(To, start.To),
            Name = Of(Name, ""),
            Outbound = Of(Outbound, "") == "1",
            AnsweredBy = Of(AnsweredBy, "") switch
            {
                "human" => "human",
                "unknown" => "unknown",
                var by when by == "fax" || by.StartsWith("machine", StringComparison.Ordinal) => "machine",
                _ => "",
            },
            Attributes = attributes,
        };

        string Of(string name, string otherwise) => start.Parameters.GetValueOrDefault(name, otherwise);
    }

    private static string NoteName(int part) => OutboundNote.Parameter + part.ToString(CultureInfo.InvariantCulture);
}
