using System.Text.Json.Serialization;

namespace Conversation.Core.Trace;

/// <summary>
/// All that a session remembers while it holds nothing: no utterance, no recognition, no reply. Written as JSON by System.Text.Json as it stands. A session made from
/// it goes on exactly as the one it was taken from.
/// </summary>
public sealed record CoreBaseline
{
    /// <summary>The <see cref="Format"/> that this build writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The version of this record, and of the journal kept with it.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The options in force.</summary>
    [JsonInclude]
    public CoreOptions Options { get; internal set; } = new();

    /// <summary>The options that hold from the next turn on; null where they are those in force.</summary>
    [JsonInclude]
    public CoreOptions? NextOptions { get; internal set; }

    /// <summary>Whether the session has begun.</summary>
    [JsonInclude]
    public bool Opened { get; internal set; }

    /// <summary>The session's monotonic time.</summary>
    [JsonInclude]
    public TimeSpan Now { get; internal set; }

    /// <summary>Whether the client is gone.</summary>
    [JsonInclude]
    public bool Lost { get; internal set; }

    /// <summary>When it went.</summary>
    [JsonInclude]
    public TimeSpan LostAt { get; internal set; }

    /// <summary>How long it was gone in all, before this time.</summary>
    [JsonInclude]
    public TimeSpan LostFor { get; internal set; }

    /// <summary>When the last window was scored, on the clock that stands still while the client is gone.</summary>
    [JsonInclude]
    public TimeSpan ScoredAt { get; internal set; }

    /// <summary>Since when nobody has spoken, on the same clock.</summary>
    [JsonInclude]
    public TimeSpan IdleSince { get; internal set; }

    /// <summary>How often the silent caller was asked.</summary>
    [JsonInclude]
    public int Prompts { get; internal set; }

    /// <summary>The answer that the dialog waits for.</summary>
    [JsonInclude]
    public ExpectedAnswer Expected { get; internal set; }

    /// <summary>The last turn.</summary>
    [JsonInclude]
    public int LastTurn { get; internal set; }

    /// <summary>The last reply's generation.</summary>
    [JsonInclude]
    public int LastGeneration { get; internal set; }

    /// <summary>The last recognition's number.</summary>
    [JsonInclude]
    public int LastRequest { get; internal set; }

    /// <summary>The generation that was heard to its end last and of which the dialog may still say something; 0 where there is none.</summary>
    [JsonInclude]
    public int LastCompleted { get; internal set; }

    /// <summary>The turn that was heard and that nobody has asked an answer to; 0 where there is none.</summary>
    [JsonInclude]
    public int UnansweredTurn { get; internal set; }

    /// <summary>Its words.</summary>
    [JsonInclude]
    public string UnansweredText { get; internal set; } = "";

    /// <summary>When its caller stopped, on the clock that stands still while the client is gone.</summary>
    [JsonInclude]
    public TimeSpan UnansweredSince { get; internal set; }

    /// <summary>Input audio before this position belongs to a turn that the client has ended.</summary>
    [JsonInclude]
    public SampleCount Cut { get; internal set; }

    /// <summary>Input audio before this position is not asked for again.</summary>
    [JsonInclude]
    public SampleCount Released { get; internal set; }

    /// <summary>The end of the last window of input audio.</summary>
    [JsonInclude]
    public SampleCount LastWindow { get; internal set; }

    /// <summary>What is known of the caller's pitch, as the pitch judge keeps it. A broken level must not keep a session from moving, so it may hold what is no number.</summary>
    [JsonInclude]
    [JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
    public double[] Pitch { get; internal set; } = [];
}
