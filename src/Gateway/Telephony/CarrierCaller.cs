using Conversation.Sessions;

namespace Conversation.Gateway.Telephony;

/// <summary>Who calls, and whom the call is for.</summary>
internal sealed record CarrierCaller
{
    /// <summary>"audiosocket", "chan_websocket".</summary>
    public required string Carrier { get; init; }

    /// <summary>The carrier's own name for the call, for the log.</summary>
    public required string CallId { get; init; }

    /// <summary>Samples a second, both ways.</summary>
    public required int Rate { get; init; }

    /// <summary>How much audio the session may be ahead by. Default 200 ms; more than the line's <see cref="ICarrierLine.Ahead"/> is wanted.</summary>
    public TimeSpan Lead { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Who calls, where the carrier tells.</summary>
    public CallerInfo? Caller { get; init; }

    /// <summary>What the caller is told first, whatever they say to it. Default nothing.</summary>
    public string Notice { get; init; } = "";

    /// <summary>Whom it is for.</summary>
    public CarrierRoute Route { get; init; } = new();

    /// <summary>As a session is opened for it.</summary>
    public OpenSession ToSession() => new()
    {
        InputRate = Rate,
        OutputRate = Rate,
        // Ahead of the carrier it waits here, where it can be held and dropped: so it may be as much as for a page.
        Lead = Lead,
        Tenant = Route.Tenant,
        TenantKey = Route.TenantKey,
        // By telephone it is whoever calls.
        Caller = Caller ?? new CallerInfo(),
        Notice = Notice,
        Settings = new SessionSettings { Responder = Route.Responder, Voice = Route.Voice, Greet = Route.Greet, Interruptible = Notice.Length > 0 ? false : null },
    };
}

/// <summary>Whom calls are for: part of a carrier's configuration section.</summary>
public sealed record CarrierRoute
{
    /// <summary>The tenant. Default empty, the host's own.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>The tenant's key, where it has one. Default empty.</summary>
    public string TenantKey { get; init; } = "";

    /// <summary>Who answers: a responder or flow by name. Default: the host's.</summary>
    public string? Responder { get; init; }

    /// <summary>The voice, by id. Default: the host's.</summary>
    public string? Voice { get; init; }

    /// <summary>Whether the platform speaks first. Default yes, as one who answers a telephone does.</summary>
    public bool Greet { get; init; } = true;

    /// <summary>Whether calls are recorded, once <see cref="Consent"/> was said. Default no.</summary>
    public bool Record { get; init; }

    /// <summary>What a caller is told before anything else where calls are recorded. Default "This call is recorded. If you do not want that, say so, or press 9."</summary>
    public string Consent { get; init; } = "This call is recorded. If you do not want that, say so, or press 9.";

    /// <summary>The key that objects, as the first one pressed and until the caller was answered. Default "9"; empty for none.</summary>
    public string ConsentKey { get; init; } = "9";

    /// <summary>What becomes of a call made from here that a machine answered, where the request does not say: "hangup", "message" or "talk". Default: as <c>Gateway:Outbound:Answering:WhenMachine</c> says.</summary>
    public string? WhenMachine { get; init; }
}
