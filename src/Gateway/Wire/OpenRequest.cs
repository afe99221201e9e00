using Conversation.Sessions;

namespace Conversation.Gateway.Wire;

/// <summary>The argument of Open as it stands on the wire; every field has a default.</summary>
internal sealed record OpenRequest
{
    /// <summary>Protocol versions this gateway speaks.</summary>
    public static IReadOnlyList<int> Versions { get; } = [1];

    public int Version { get; init; } = 1;

    public int InputRate { get; init; } = 16_000;

    public int OutputRate { get; init; } = 24_000;

    public SessionSettings? Settings { get; init; }

    public ResumeRequest? Resume { get; init; }

    public string? Tenant { get; init; }

    public string? TenantKey { get; init; }

    /// <summary>What is wrong with it, or null.</summary>
    public SessionFault? Check()
    {
        if (!Versions.Contains(Version))
        {
            return new SessionFault("bad_version", $"Protocol version {Version} is not spoken here; supported: {string.Join(", ", Versions)}.", "version");
        }

        if ((AudioRates.CheckInput(InputRate) ?? AudioRates.CheckOutput(OutputRate)) is { } rate)
        {
            return rate;
        }

        if (Tenant is { Length: > 64 } || TenantKey is { Length: > 256 })
        {
            return new SessionFault("bad_arguments", "tenant holds at most 64 characters, tenantKey 256.", "tenant");
        }

        return Resume is { } resume && (string.IsNullOrEmpty(resume.Session) || string.IsNullOrEmpty(resume.Token) || resume.Generation < 0 || resume.Played < 0)
            ? new SessionFault("bad_arguments", "resume needs session and token as opened gave them, and generation and played from 0.", "resume")
            : null;
    }

    public OpenSession ToSession() => new()
    {
        InputRate = InputRate,
        OutputRate = OutputRate,
        // Who sits at a page does not tell the host's model what to heed.
        Settings = (Settings ?? new SessionSettings()) with { Instructions = null, Tools = null, ToolChoice = null, TurnTaking = null, Context = null },
        Tenant = Tenant ?? "",
        TenantKey = TenantKey ?? "",
        Resume = Resume is { Session: { } session, Token: { } token } resume ? new ResumeSession(session, token, resume.Generation, resume.Played) : null,
    };
}

/// <summary>The right to go on with a session.</summary>
internal sealed record ResumeRequest
{
    public string? Session { get; init; }

    public string? Token { get; init; }

    public int Generation { get; init; }

    public long Played { get; init; }
}
