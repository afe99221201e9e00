namespace Conversation.Sessions.Tests;

/// <summary>A client that keeps what it is sent, as lines of text, and can be made to refuse.</summary>
internal sealed class RecordingClient : ISessionClient
{
    private readonly Lock gate = new();
    private readonly List<string> lines = [];

    public bool Full { get; set; }

    public long Samples { get; private set; }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm)
    {
        lock (gate)
        {
            if (Full)
            {
                return false;
            }

            Samples += pcm.Length;
            lines.Add($"audio {generation} {position}+{pcm.Length}");
            return true;
        }
    }

    public void Send(SessionEvent message)
    {
        lock (gate)
        {
            lines.Add(message switch
            {
                SessionEvent.PlayoutPaused e => $"paused {e.Generation}",
                SessionEvent.PlayoutResumed e => $"resumed {e.Generation}",
                SessionEvent.PlayoutCancelled e => $"cancelled {e.Generation} {e.Reason}",
                SessionEvent.ReplyEnded e => $"ended {e.Generation} {e.Samples}",
                SessionEvent.ReplyStarted e => $"started {e.Generation} {e.Kind}",
                _ => message.GetType().Name,
            });
        }
    }
}
