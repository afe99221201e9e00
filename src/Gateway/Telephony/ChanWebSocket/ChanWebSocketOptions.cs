namespace Conversation.Gateway.Telephony.ChanWebSocket;

/// <summary>Calls by Asterisk's chan_websocket, at <c>/v1/asterisk</c>; configuration section <c>Gateway:ChanWebSocket</c>.</summary>
public sealed record ChanWebSocketOptions
{
    /// <summary>Whether calls are taken. Default no.</summary>
    public bool Enabled { get; init; }

    /// <summary>The user name of Asterisk's websocket_client.conf. Default "asterisk".</summary>
    public string Username { get; init; } = "asterisk";

    /// <summary>The password of websocket_client.conf. Default empty: only Asterisk on this machine is let in.</summary>
    public string Password { get; init; } = "";

    /// <summary>Calls at once; further ones are answered 503. Default 200, from 1 to 10,000.</summary>
    public int MaxCalls { get; init; } = 200;

    /// <summary>Frames of 20 ms that lie at Asterisk ahead of being played. Default 5, from 2 to 25: more rides out more delay on the way; an interruption flushes them.</summary>
    public int Ahead { get; init; } = 5;

    /// <summary>Whom a call is for that names no route.</summary>
    public CarrierRoute Default { get; init; } = new();

    /// <summary>Whom calls are for, by the route they name: <c>?route=NAME</c> in the address. Default none.</summary>
    public IReadOnlyDictionary<string, CarrierRoute> Routes { get; init; } = new Dictionary<string, CarrierRoute>();
}
