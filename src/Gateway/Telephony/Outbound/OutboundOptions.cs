using Conversation.Gateway.Telephony.Answering;

namespace Conversation.Gateway.Telephony.Outbound;

/// <summary>Calls made from here, by <c>POST /v1/calls</c>; configuration section <c>Gateway:Outbound</c>.</summary>
public sealed record OutboundOptions
{
    /// <summary>Keys, of which one must be shown as <c>Authorization: Bearer</c>, 16 characters or more each. Default none: there is nothing at the path, for a call costs money.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>What a number to be called must begin with ("+1", "+49"). Default none: any number may be called.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    /// <summary>Calls begun in a minute; further ones are answered 429. Default 60, from 1 to 100,000.</summary>
    public int PerMinute { get; init; } = 60;

    /// <summary>Telling people from machines.</summary>
    public AnswerOptions Answering { get; init; } = new();

    internal IEnumerable<string> Faults()
    {
        if (Keys.Any(key => string.IsNullOrWhiteSpace(key) || key.Length < 16))
        {
            yield return "Gateway:Outbound:Keys has a key of fewer than 16 characters.";
        }

        if (Prefixes.Any(string.IsNullOrWhiteSpace))
        {
            yield return "Gateway:Outbound:Prefixes has an empty prefix, which every number begins with: leave it out.";
        }

        if (PerMinute is < 1 or > 100_000)
        {
            yield return $"Gateway:Outbound:PerMinute is {PerMinute}: give 1 to 100000.";
        }

        foreach (var fault in Answering.Faults())
        {
            yield return fault;
        }
    }
}
