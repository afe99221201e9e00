namespace Conversation.Sessions.Hosting;

/// <summary>Parses a client's choices at the edge: what passes here cannot be nonsense inside.</summary>
internal static class SettingsCheck
{
    private const int MaxInstructions = 65_536;
    private const int MaxTools = 128;

    public static readonly IReadOnlyList<string> Endpointing = ["quick", "balanced", "patient"];

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

        if (settings.Instructions?.Length > MaxInstructions || settings.Tools?.Count > MaxTools)
        {
            return new SessionFault("bad_setting", $"instructions hold {MaxInstructions} characters at most, and {MaxTools} tools are the most.", settings.Tools?.Count > MaxTools ? "tools" : "instructions");
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
    };

    private static SessionFault Unknown(string setting, string value, IEnumerable<string> known)
    {
        var names = known.ToList();
        var list = string.Join(", ", names.Take(12)) + (names.Count > 12 ? ", …" : "");
        return new SessionFault("bad_setting", $"{setting} '{Clip(value)}' is not known here. Known: {list}.", setting);
    }

    private static string Clip(string value) => value.Length > 40 ? value[..40] + "…" : value;
}
