namespace Conversation.Sessions.Hosting;

/// <summary>Parses a client's choices at the edge: what passes here cannot be nonsense inside.</summary>
internal static class SettingsCheck
{
    private const int MaxInstructions = 65_536;
    private const int MaxTools = 128;

    public static readonly IReadOnlyList<string> Endpointing = ["quick", "balanced", "patient"];

    private const int MaxLines = 1_000;
    private const int MaxContext = 262_144;
    private const int MaxText = 2_000;
    private const int MaxAsideSeconds = 60;

    public static readonly IReadOnlyList<string> TurnTaking = ["automatic", "listening", "manual"];

    public static SessionFault? Check(ReplyRequest request) =>
        request.Text.Trim().Length > MaxText ? new SessionFault("text_too_long", $"A typed turn holds at most {MaxText} characters.", "text")
            : CheckModel(request.Instructions, request.Tools, request.ToolChoice) ?? CheckLines(request.Input, "input");

    public static SessionFault? Check(AsideRequest aside, int rate) =>
        aside.Audio?.Length > rate * 2 * MaxAsideSeconds ? new SessionFault("audio_too_long", $"Audio beside the conversation holds at most {MaxAsideSeconds} s.", "audio")
            : aside.Reply is { } reply ? Check(reply) : null;

    public static SessionFault? Check(SessionSettings settings, SessionCatalog catalog)
    {
        if (settings.Tier is { } tier && catalog.Tiers.All(t => t.Id != tier))
        {
            return Unknown("tier", tier, catalog.Tiers.Select(t => t.Id));
        }

        if (settings.Voice is { Length: > 0 } voice)
        {
            var voices = catalog.Tiers.Where(t => t.Id == (settings.Tier ?? t.Id)).SelectMany(t => t.Voices).Select(v => v.Id).ToList();
            if (!voices.Contains(voice))
            {
                return Unknown("voice", voice, voices);
            }
        }

        if (settings.Speed is { } speed && !(speed >= 0.5f && speed <= 2f))
        {
            return new SessionFault("bad_setting", $"speed is {speed}; it must be 0.5 to 2.", "speed");
        }

        if (settings.Responder is { } responder && !catalog.Responders.Contains(responder))
        {
            return Unknown("responder", responder, catalog.Responders);
        }

        if (settings.Endpointing is { } endpointing && !Endpointing.Contains(endpointing))
        {
            return Unknown("endpointing", endpointing, Endpointing);
        }

        if (settings.TurnTaking is { } turns && !TurnTaking.Contains(turns))
        {
            return Unknown("turnTaking", turns, TurnTaking);
        }

        if (settings.IdleAfterMs is { } idle && idle != 0 && idle is < 1_000 or > 600_000)
        {
            return new SessionFault("bad_setting", $"idleAfterMs is {idle}; it must be 0, or 1,000 to 600,000.", "idleAfterMs");
        }

        if ((CheckModel(settings.Instructions, settings.Tools, settings.ToolChoice) ?? CheckLines(settings.Context?.Lines, "context")) is { } fault)
        {
            return fault;
        }

        if (settings.TimeZone is { Length: > 0 } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            return new SessionFault("bad_setting", $"timeZone '{Clip(zone)}' is no IANA time zone.", "timeZone");
        }

        return null;
    }

    /// <summary><paramref name="over"/> where it says something, else <paramref name="under"/>. A new tier forgets a voice of the old one.</summary>
    public static SessionSettings Merge(SessionSettings under, SessionSettings over) => new()
    {
        Tier = over.Tier ?? under.Tier,
        Voice = over.Voice ?? (over.Tier is null || over.Tier == under.Tier ? under.Voice : null),
        Speed = over.Speed ?? under.Speed,
        Responder = over.Responder ?? under.Responder,
        Endpointing = over.Endpointing ?? under.Endpointing,
        TimeZone = over.TimeZone ?? under.TimeZone,
        Greet = over.Greet ?? under.Greet,
        Instructions = over.Instructions ?? under.Instructions,
        Tools = over.Tools ?? under.Tools,
        ToolChoice = over.ToolChoice ?? under.ToolChoice,
        TurnTaking = over.TurnTaking ?? under.TurnTaking,
        Interruptible = over.Interruptible ?? under.Interruptible,
        IdleAfterMs = over.IdleAfterMs ?? under.IdleAfterMs,
        Context = over.Context ?? under.Context,
    };

    private static SessionFault? CheckModel(string? instructions, IReadOnlyList<ClientTool>? tools, string? choice)
    {
        if (instructions?.Length > MaxInstructions || tools?.Count > MaxTools)
        {
            return new SessionFault("bad_setting", $"instructions hold {MaxInstructions} characters at most, and {MaxTools} tools are the most.", tools?.Count > MaxTools ? "tools" : "instructions");
        }

        return choice is null or "" or "auto" or "none" or "required" || choice.StartsWith("function:", StringComparison.Ordinal) ? null : Unknown("toolChoice", choice, ["auto", "none", "required", "function:NAME"]);
    }

    private static SessionFault? CheckLines(IReadOnlyList<ContextLine>? lines, string setting) =>
        lines is null || (lines.Count <= MaxLines && lines.Sum(line => (long)line.Text.Length) <= MaxContext && lines.All(line => line.Role is "system" or "user" or "assistant"))
            ? null
            : new SessionFault("bad_setting", $"{setting} holds at most {MaxLines} lines and {MaxContext} characters, each of a system, user or assistant.", setting);

    private static SessionFault Unknown(string setting, string value, IEnumerable<string> known)
    {
        var names = known.ToList();
        var list = string.Join(", ", names.Take(12)) + (names.Count > 12 ? ", …" : "");
        return new SessionFault("bad_setting", $"{setting} '{Clip(value)}' is not known here. Known: {list}.", setting);
    }

    private static string Clip(string value) => value.Length > 40 ? value[..40] + "…" : value;
}
