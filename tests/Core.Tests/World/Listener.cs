namespace Conversation.Core.Tests.World;

/// <summary>The far end of one reply: plays what is queued in real time, holds, goes on, and says how far it is.</summary>
internal sealed class Listener(int generation)
{
    private double _heard;

    public int Generation { get; } = generation;

    public bool Committed { get; set; }

    public bool Held { get; set; }

    public bool Mute { get; init; }

    public long Queued { get; set; }

    public void Pass(double seconds, int rate)
    {
        if (Committed && !Held)
        {
            _heard = Math.Min(Queued, _heard + (seconds * rate));
        }
    }

    public long Heard => (long)Math.Round(_heard);

    public long Reported { get; set; }
}
