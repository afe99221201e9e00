using Conversation.Core.Endpointing;
using Conversation.Core.Interruption;
using Conversation.Core.Recognition;
using Conversation.Core.Replies;
using Conversation.Core.Turns;
using Conversation.Core.VoiceActivity;

namespace Conversation.Core;

/// <summary>Everything that can be tuned about a conversation. Validated when a session takes it, all faults at once.</summary>
public sealed record CoreOptions
{
    /// <summary>Rate of every output position, in hertz. Default 24000, 8000 to 48000.</summary>
    public int OutputRate { get; init; } = 24_000;

    /// <summary>Whether the platform speaks first. Default true.</summary>
    public bool Greet { get; init; } = true;

    /// <summary>Turns that a restored session has behind it: the next is one more. Default 0, 0 to 1,000,000.</summary>
    public int TurnsBefore { get; init; }

    /// <summary>How long a lost client may take to come back. Default 30 s, 0 to 10 min.</summary>
    public TimeSpan ResumeWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>When audio counts as speech.</summary>
    public VoiceActivityOptions VoiceActivity { get; init; } = new();

    /// <summary>When recognition is asked for and when its words are believed.</summary>
    public RecognitionOptions Recognition { get; init; } = new();

    /// <summary>When the caller's turn is over.</summary>
    public EndpointingOptions Endpointing { get; init; } = EndpointingOptions.Balanced;

    /// <summary>Who decides about turns.</summary>
    public TurnOptions Turns { get; init; } = new();

    /// <summary>What speech over a reply means.</summary>
    public InterruptionOptions Interruption { get; init; } = new();

    /// <summary>How long a reply may take.</summary>
    public ReplyOptions Reply { get; init; } = new();

    /// <summary>What happens when the caller stays silent.</summary>
    public IdleOptions Idle { get; init; } = new();

    /// <summary>Everything that is wrong with these options, in words that name the option; empty where all is well.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new OptionFaults();
        faults.Check(OutputRate, 8_000, 48_000, nameof(OutputRate));
        faults.Check(TurnsBefore, 0, 1_000_000, nameof(TurnsBefore));
        faults.Check(ResumeWithin, TimeSpan.Zero, TimeSpan.FromMinutes(10), nameof(ResumeWithin));
        VoiceActivity.Validate(faults);
        Recognition.Validate(faults);
        Endpointing.Validate(faults);
        Interruption.Validate(faults);
        Reply.Validate(faults);
        Idle.Validate(faults);
        return faults.All;
    }

    /// <summary>These options, or an <see cref="ArgumentException"/> that lists every fault.</summary>
    public CoreOptions Valid()
    {
        var faults = Faults();
        return faults.Count == 0 ? this : throw new ArgumentException("CoreOptions: " + string.Join(" ", faults));
    }
}
