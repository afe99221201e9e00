namespace Conversation.Gateway.Telephony.Answering;

/// <summary>Telling people from machines in calls made from here; configuration section <c>Gateway:Outbound:Answering</c>. Only calls that ask for it (<c>detectMachine</c>) are listened to so.</summary>
public sealed record AnswerOptions
{
    internal const string HangUp = "hangup";
    internal const string Message = "message";
    internal const string Talk = "talk";

    /// <summary>What becomes of a call that a machine answered, where the call itself does not say. "hangup" (the default); "message": once it has beeped or fallen silent, the greeting (a flow's <c>voicemail</c>) is spoken and the call ends; "talk": as with a person.</summary>
    public string WhenMachine { get; init; } = HangUp;

    /// <summary>How long the platform waits to speak, where it cannot tell: from the answer until somebody speaks, and again from then on. Default 4 s, 1 to 10.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Who speaks for so long without a pause is a machine, unless the words are a person's: then it may be twice that. Default 3.8 s, 1.5 to 10: longer than most receptionists, for to hang up on a person is the worse mistake.</summary>
    public TimeSpan LongestGreeting { get; init; } = TimeSpan.FromSeconds(3.8);

    /// <summary>How long a message waits for a machine's beep or silence before it is spoken all the same. Default 30 s, 5 to 120.</summary>
    public TimeSpan BeepWithin { get; init; } = TimeSpan.FromSeconds(30);

    internal static bool IsAction(string? name) => name is HangUp or Message or Talk;

    internal IEnumerable<string> Faults()
    {
        if (!IsAction(WhenMachine))
        {
            yield return $"Gateway:Outbound:Answering:WhenMachine is '{WhenMachine}': give hangup, message or talk.";
        }

        if (Patience < TimeSpan.FromSeconds(1) || Patience > TimeSpan.FromSeconds(10))
        {
            yield return $"Gateway:Outbound:Answering:Patience is {Patience}: give 00:00:01 to 00:00:10.";
        }

        if (LongestGreeting < TimeSpan.FromSeconds(1.5) || LongestGreeting > TimeSpan.FromSeconds(10))
        {
            yield return $"Gateway:Outbound:Answering:LongestGreeting is {LongestGreeting}: give 00:00:01.5 to 00:00:10.";
        }

        if (BeepWithin < TimeSpan.FromSeconds(5) || BeepWithin > TimeSpan.FromSeconds(120))
        {
            yield return $"Gateway:Outbound:Answering:BeepWithin is {BeepWithin}: give 00:00:05 to 00:02:00.";
        }
    }
}
