namespace Conversation.Gateway.Telephony.ChanWebSocket;

/// <summary>What Asterisk says of a call's media, in either dialect; docs/specs/chan-websocket.md. What was not told is empty or 0.</summary>
internal sealed record ChanEvent(string Name)
{
    public const string Start = "MEDIA_START";
    public const string Xoff = "MEDIA_XOFF";
    public const string Xon = "MEDIA_XON";
    public const string MarkProcessed = "MEDIA_MARK_PROCESSED";
    public const string BufferingCompleted = "MEDIA_BUFFERING_COMPLETED";
    public const string DigitEnd = "DTMF_END";
    public const string Error = "ERROR";

    /// <summary>Whether it came as JSON: commands are to go in the same dialect.</summary>
    public bool Json { get; init; }

    /// <summary>The channel's unique id.</summary>
    public string ChannelId { get; init; } = "";

    /// <summary>The codec: "slin16".</summary>
    public string Format { get; init; } = "";

    /// <summary>Bytes of a frame.</summary>
    public int FrameBytes { get; init; }

    /// <summary>Milliseconds of a frame.</summary>
    public int FrameMs { get; init; }

    /// <summary>Of a mark or of what was buffered: the name given to it.</summary>
    public string CorrelationId { get; init; } = "";

    /// <summary>The key; '\0' for none.</summary>
    public char Digit { get; init; }

    /// <summary>What went wrong.</summary>
    public string ErrorText { get; init; } = "";

    /// <summary>The channel's variables, where it came as JSON: those its dialplan had it inherit.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = NoVariables;

    public static readonly IReadOnlyDictionary<string, string> NoVariables = new Dictionary<string, string>();
}
