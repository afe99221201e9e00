using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.ChanWebSocket;

/// <summary>What is known of a call before its audio begins.</summary>
internal sealed record ChanWebSocketCall
{
    /// <summary>By which way it came: "chan_websocket", "ari".</summary>
    public required string Carrier { get; init; }

    /// <summary>Whom it is for.</summary>
    public required CarrierRoute Route { get; init; }

    /// <summary>The call's name in the log. Default: the channel of its audio.</summary>
    public string? CallId { get; init; }

    /// <summary>Who calls, where that was told.</summary>
    public CallerInfo? Caller { get; init; }

    /// <summary>Tells the dialplan what the dialog asked for at the call's end; null where that cannot be done.</summary>
    public Func<SessionEvent.ActionRequested, Task>? Tell { get; init; }

    /// <summary>With what the beginning of its audio told.</summary>
    public CarrierCaller ToCaller(ChanEvent start, int rate)
    {
        // Set to be inherited, a variable is told with the underscores that say so; the others are Asterisk's own.
        var told = new Dictionary<string, string>();
        foreach (var (name, value) in start.Variables.Where(variable => variable.Key.StartsWith('_')))
        {
            told[name.TrimStart('_')] = value;
        }

        foreach (var (name, value) in Caller?.Attributes ?? ChanEvent.NoVariables)
        {
            told[name] = value;
        }

        var caller = Caller is null && told.Count == 0 ? null : (Caller ?? new CallerInfo()) with { Attributes = told };
        return new CarrierCaller { Carrier = Carrier, CallId = CallId ?? start.ChannelId, Rate = rate, Route = Route, Caller = caller };
    }
}
