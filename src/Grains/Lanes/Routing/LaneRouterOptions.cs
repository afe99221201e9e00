using Conversation.Grains.Lanes.Local;

namespace Conversation.Grains.Lanes.Routing;

/// <summary>How long a lane may take, and what happens to one that fails. A lane of another silo is given no longer than a call between silos may take at all.</summary>
internal sealed record LaneRouterOptions
{
    /// <summary>A recognition that takes longer is asked again on another lane. Default 4 s, 10 ms to 1 min.</summary>
    public TimeSpan RecognitionWithin { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>A clause that takes longer to synthesise is asked again on another lane. Default 8 s, 10 ms to 1 min.</summary>
    public TimeSpan SynthesisWithin { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>A stream whose windows are not scored for so long moves to another lane. Default 1 s, 10 ms to 1 min.</summary>
    public TimeSpan VoiceActivityWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A voice that takes longer to be told is asked again on another lane. Default 4 s, 10 ms to 1 min.</summary>
    public TimeSpan SpeakerWithin { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a request waits for a spare lane's model to load. Default 30 s, 10 ms to 10 min.</summary>
    public TimeSpan LoadWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A lane that failed is left alone for so long, then one request tries it; doubled with each failure after that. Default 10 s, 10 ms to 10 min.</summary>
    public TimeSpan RestFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest a lane is left alone. Default 1 min, <see cref="RestFor"/> to 1 h.</summary>
    public TimeSpan RestAtMost { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Windows (32 ms) of one stream that may wait to be scored; one more is refused and counts as silence. Default 192: the five seconds that a session may bring along when it
    /// moves, and the second in which a lane is found to hang. 8 to 240.
    /// </summary>
    public int VoiceActivityQueue { get; init; } = 192;

    /// <summary>Windows that warm a stream where it moves. Default 16, half a second; 0 to 64.</summary>
    public int VoiceActivityWarmUp { get; init; } = 16;

    /// <summary>A stream of another silo that sends nothing for so long is closed. Default 1 min, 10 ms to 1 h.</summary>
    public TimeSpan StreamIdleFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a request of a role may take.</summary>
    public TimeSpan Within(LaneRole role) => role switch
    {
        LaneRole.Recognition => RecognitionWithin,
        LaneRole.Synthesis => SynthesisWithin,
        LaneRole.VoiceActivity => VoiceActivityWithin,
        LaneRole.Speaker => SpeakerWithin,
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>Every fault, in words that name the setting; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var role in Enum.GetValues<LaneRole>())
        {
            if (Outside(Within(role), TimeSpan.FromMinutes(1)))
            {
                yield return $"Lanes:{role}Within is {Within(role)}; it must be 10 ms to 1 min.";
            }
        }

        if (Outside(LoadWithin, TimeSpan.FromMinutes(10)))
        {
            yield return $"Lanes:LoadWithin is {LoadWithin}; it must be 10 ms to 10 min.";
        }

        if (Outside(RestFor, TimeSpan.FromMinutes(10)))
        {
            yield return $"Lanes:RestFor is {RestFor}; it must be 10 ms to 10 min.";
        }

        if (RestAtMost < RestFor || RestAtMost > TimeSpan.FromHours(1))
        {
            yield return $"Lanes:RestAtMost is {RestAtMost}; it must be Lanes:RestFor ({RestFor}) to 1 h.";
        }

        if (VoiceActivityQueue is < 8 or > 240)
        {
            yield return $"Lanes:VoiceActivityQueue is {VoiceActivityQueue}; it must be 8 to 240 windows.";
        }

        if (VoiceActivityWarmUp is < 0 or > 64)
        {
            yield return $"Lanes:VoiceActivityWarmUp is {VoiceActivityWarmUp}; it must be 0 to 64 windows.";
        }

        if (Outside(StreamIdleFor, TimeSpan.FromHours(1)))
        {
            yield return $"Lanes:StreamIdleFor is {StreamIdleFor}; it must be 10 ms to 1 h.";
        }
    }

    private static bool Outside(TimeSpan value, TimeSpan most) => value < TimeSpan.FromMilliseconds(10) || value > most;
}
