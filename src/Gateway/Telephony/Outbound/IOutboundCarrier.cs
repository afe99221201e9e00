using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Outbound;

/// <summary>A carrier that can call somebody. Registered as a service; <c>POST /v1/calls</c> finds it by its name.</summary>
internal interface IOutboundCarrier
{
    /// <summary>"twilio", "asterisk".</summary>
    string Name { get; }

    /// <summary>Whether it is set up to call.</summary>
    bool Enabled { get; }

    /// <summary>Its route of this name, the default one where that is empty; null where there is none.</summary>
    CarrierRoute? RouteOf(string route);

    /// <summary>Starts a call. Its session opens when it is answered, with <see cref="CallerInfo.Outbound"/>. A fault says why there is no call; it throws nothing but at cancellation.</summary>
    Task<OutboundResult> CallAsync(OutboundCall call, CancellationToken cancellation);
}

/// <summary>A call to make.</summary>
internal sealed record OutboundCall
{
    /// <summary>This side's name for it: letters and digits, never the same again.</summary>
    public required string Id { get; init; }

    /// <summary>Whom to call: a number (+15551234567), or what else the carrier dials.</summary>
    public required string To { get; init; }

    /// <summary>The number shown to the one called; empty for the carrier's configured one.</summary>
    public string From { get; init; } = "";

    /// <summary>Whom the call is for: one of the carrier's routes; empty for its default.</summary>
    public string Route { get; init; } = "";

    /// <summary>How long it may ring.</summary>
    public TimeSpan Ring { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether to listen for an answering machine.</summary>
    public bool DetectMachine { get; init; }

    /// <summary>What becomes of it with a machine: hangup, message or talk; null for the route's choice.</summary>
    public string? WhenMachine { get; init; }

    /// <summary>What the dialog is to know, by name: goes to <see cref="CallerInfo.Attributes"/>.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
}

/// <summary>A call begun, by the carrier's name for it, or why there is none: <c>carrier_refused</c> (it says no to this call) or <c>carrier_unavailable</c> (it does not answer).</summary>
internal sealed record OutboundResult(string? CallId, SessionFault? Fault);
