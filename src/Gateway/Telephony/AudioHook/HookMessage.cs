namespace Conversation.Gateway.Telephony.AudioHook;

/// <summary>What the client (Genesys) says; docs/specs/audiohook.md.</summary>
internal abstract record HookMessage
{
    /// <summary>The AudioHook session's id, as it was written.</summary>
    public required string Id { get; init; }

    /// <summary>Its number, from 1.</summary>
    public required long Seq { get; init; }

    /// <summary>The number of the last message of ours that it had seen.</summary>
    public required long ServerSeq { get; init; }

    public sealed record Open : HookMessage
    {
        public string Organization { get; init; } = "";

        /// <summary>Whether it only tries the connection: no call stands behind it.</summary>
        public bool IsProbe { get; init; }

        /// <summary>What it offers to send, as it offers it, the preferred first.</summary>
        public IReadOnlyList<HookMedia> Media { get; init; } = [];

        public string Ani { get; init; } = "";

        public string AniName { get; init; } = "";

        public string Dnis { get; init; } = "";

        /// <summary>Whether it wants to know the languages.</summary>
        public bool WantsLanguages { get; init; }

        /// <summary>Input variables, custom configuration, and what else it tells, by name.</summary>
        public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();
    }

    public sealed record Close(string Reason) : HookMessage;

    public sealed record Ping : HookMessage;

    public sealed record Paused : HookMessage;

    public sealed record Resumed(TimeSpan Start, TimeSpan Discarded) : HookMessage;

    public sealed record Discard(TimeSpan Start, TimeSpan Discarded) : HookMessage;

    public sealed record Update(string Language) : HookMessage;

    public sealed record Error(int Code, string Text, TimeSpan? RetryAfter) : HookMessage;

    public sealed record Digit(char Key) : HookMessage;

    public sealed record PlaybackStarted : HookMessage;

    public sealed record PlaybackCompleted : HookMessage;

    /// <summary>Of a kind that is not known here.</summary>
    public sealed record Other(string Kind) : HookMessage;
}

/// <summary>A way in which audio may come: format, rate and the channels in their order.</summary>
internal sealed record HookMedia(string Type, string Format, int Rate, IReadOnlyList<string> Channels)
{
    private const string Caller = "external";

    /// <summary>The caller alone, else the caller and the agent together; null where neither is offered as mu-law at 8 kHz.</summary>
    public static HookMedia? Choose(IReadOnlyList<HookMedia> offered)
    {
        var fit = offered.Where(media => media is { Type: "audio", Format: "PCMU", Rate: 8_000, Channels.Count: 1 or 2 } && media.Channels.Contains(Caller));
        return fit.OrderBy(media => media.Channels.Count).FirstOrDefault();
    }

    /// <summary>Takes the caller's samples from a message: they alternate with the agent's where both come. False where the message holds half a pair.</summary>
    public bool TryRead(ReadOnlySpan<byte> message, Span<short> samples, out int count)
    {
        count = message.Length / Channels.Count;
        if (count * Channels.Count != message.Length)
        {
            return false;
        }

        for (int n = 0, at = Channels[0] == Caller ? 0 : 1; n < count; n++, at += Channels.Count)
        {
            samples[n] = Audio.G711.DecodeMuLaw(message[at]);
        }

        return true;
    }
}
