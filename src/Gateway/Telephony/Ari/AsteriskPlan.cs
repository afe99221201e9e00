using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Ari;

/// <summary>What the dialplan learns at a call's end of what the dialog asked for: variables, by name.</summary>
internal static class AsteriskPlan
{
    // What fits into a request, and more than any flow asks for.
    private const int MostValues = 32;
    private const int LongestValue = 256;

    /// <summary><c>CONVERSATION_ACTION</c> (transfer or hangup), <c>CONVERSATION_TARGET</c>, and <c>CONVERSATION_</c> with each value's name in capitals.</summary>
    public static IEnumerable<(string Name, string Value)> Variables(SessionEvent.ActionRequested action)
    {
        yield return ("CONVERSATION_TARGET", Clean(action.Target));
        foreach (var (name, value) in (action.Values ?? AriChannel.NoVariables).Where(pair => pair.Key.Length is > 0 and <= 40).Take(MostValues))
        {
            yield return ("CONVERSATION_VALUE_" + string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_')), Clean(value));
        }

        // Last: where it stands, the others do.
        yield return ("CONVERSATION_ACTION", Clean(action.Name));
    }

    /// <summary>Whether it may stand in <c>SHARED(…)</c> for a channel's name.</summary>
    public static bool IsChannelName(string name) => name.Length is > 0 and <= 128 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-' or '_' or '.' or ';' or '@' or ':' or '+');

    /// <summary>Tells the dialplan of a channel that is in no application of ours; null where that cannot be done.</summary>
    public static Func<SessionEvent.ActionRequested, Task>? For(AriClient ari, string channelName) => !ari.Enabled || !IsChannelName(channelName) ? null : async action =>
    {
        foreach (var (name, value) in Variables(action))
        {
            await ari.ShareAsync(channelName, name, value).ConfigureAwait(false);
        }
    };

    /// <summary>Tells the dialplan, then hangs up. False where it cannot be told.</summary>
    public static bool TryTell(Func<SessionEvent.ActionRequested, Task>? tell, SessionEvent.ActionRequested action, Action hangUp)
    {
        if (tell is not null)
        {
            _ = Tell();
        }

        return tell is not null;

        async Task Tell()
        {
            // Bounded by the requests' own patience; and whatever became of them, the call ends.
            await tell(action).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            hangUp();
        }
    }

    private static string Clean(string value) => string.Concat(value.Take(LongestValue).Where(letter => !char.IsControl(letter)));
}
