using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Answering;

/// <summary>That an outbound call is to be listened to, and what becomes of it with a machine. Travels with the call as attributes, which every carrier passes on.</summary>
internal sealed record AnswerPlan(string CallId, string WhenMachine, AnsweredBy? Told)
{
    /// <summary>The attribute with <c>hangup</c>, <c>message</c> or <c>talk</c>; without it nobody listens.</summary>
    public const string Action = "when_machine";

    /// <summary>The attribute with this side's name for the call.</summary>
    public const string Id = "id";

    // Where the carrier listened itself: Twilio's AnsweredBy.
    private const string CarrierSays = "answeredBy";

    /// <summary>A call's attributes with the plan in them.</summary>
    public static IReadOnlyDictionary<string, string> Write(IReadOnlyDictionary<string, string> attributes, string id, string whenMachine) =>
        new Dictionary<string, string>(attributes, StringComparer.Ordinal) { [Id] = id, [Action] = whenMachine };

    /// <summary>The plan of a call; null where nobody is to listen.</summary>
    public static AnswerPlan? Of(CallerInfo? caller)
    {
        if (caller is not { Outbound: true } || !AnswerOptions.IsAction(caller.Attributes.GetValueOrDefault(Action)))
        {
            return null;
        }

        AnsweredBy? told = caller.Attributes.GetValueOrDefault(CarrierSays) switch
        {
            "human" => AnsweredBy.Human,
            "unknown" => AnsweredBy.Unknown,
            { } by when by.StartsWith("machine", StringComparison.Ordinal) || by == "fax" => AnsweredBy.Machine,
            _ => null,
        };
        return new AnswerPlan(caller.Attributes.GetValueOrDefault(Id, ""), caller.Attributes[Action], told);
    }

    /// <summary>As callers' attributes and the API write it.</summary>
    public static string Name(AnsweredBy by) => by switch { AnsweredBy.Human => "human", AnsweredBy.Machine => "machine", _ => "unknown" };
}
