using Conversation.Grains.Lanes.Routing;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Lanes.VoiceActivity;

/// <summary>What ties a stream to the lane that scores it now. All its members but <see cref="Dispose"/> are called under the stream's lock.</summary>
internal abstract class VoiceLink(LaneChoice choice) : IDisposable
{
    public LaneChoice Choice => choice;

    /// <summary>There are windows to send, or a score made room: sends what the lane takes. The fault where the lane takes nothing any more.</summary>
    public abstract Exception? Push();

    public abstract void Dispose();
}

/// <summary>A lane of this silo: windows go straight into its queue, scores come back on its thread.</summary>
internal sealed class LocalVoiceLink : VoiceLink, ISpeechScoreSink
{
    private readonly RoutedVoiceStream owner;
    private readonly IVoiceActivityStream stream;
    private long next;
    private long scored;

    public LocalVoiceLink(RoutedVoiceStream owner, LaneChoice choice, IVoiceActivity lane)
        : base(choice)
    {
        this.owner = owner;
        stream = lane.Open(this);
        next = scored = -1;
    }

    public override Exception? Push()
    {
        var ring = owner.Ring;
        if (next < 0)
        {
            next = scored = ring.WarmFrom;
        }

        try
        {
            while (next < ring.Added)
            {
                var index = next++;
                if (!stream.TrySubmit(ring[index], ring.EndOf(index)))
                {
                    next = index;
                    return scored == next ? new LaneFailedException($"Lane '{Choice.Name}' takes no windows.") : null;
                }
            }

            return null;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return fault;
        }
    }

    public void OnScore(long endPosition, float probability) => owner.Deliver(this, ref scored, probability);

    public override void Dispose() => stream.Dispose();
}

/// <summary>A lane of another silo: one call at a time, which takes all windows that wait, so that nothing overtakes.</summary>
internal sealed class RemoteVoiceLink(RoutedVoiceStream owner, LaneChoice choice, LaneRouter router) : VoiceLink(choice)
{
    private readonly Guid id = Guid.NewGuid();
    private readonly CancellationTokenSource closing = new();
    private readonly IVoiceActivityGrain lane = router.Grains.GetGrain<IVoiceActivityGrain>(choice.Key);
    private bool pumping;
    private bool known;

    public override Exception? Push()
    {
        if (!pumping && owner.Ring.HasWaiting)
        {
            pumping = true;
            _ = Task.Run(PumpAsync);
        }

        return null;
    }

    public override void Dispose()
    {
        closing.Cancel();
        if (known)
        {
            _ = lane.CloseAsync(id);
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            while (Next() is { } windows)
            {
                var began = router.Time.GetTimestamp();
                var answer = await router.WithinAsync(Local.LaneRole.VoiceActivity, stop => lane.ScoreAsync(windows, stop), closing.Token).ConfigureAwait(false);
                if (answer.Fault == LaneFault.UnknownStream)
                {
                    known = false;
                }
                else if (answer.Result is { } scores)
                {
                    known = true;
                    owner.Answered(this, router.Time.GetElapsedTime(began));
                    Deliver(scores.Scores);
                }
                else
                {
                    throw answer.ToException(Choice.Name);
                }
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The stream is closed or has moved.
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            owner.Lost(this, fault);
        }
    }

    private VoiceWindows? Next()
    {
        lock (owner.Gate)
        {
            var ring = owner.Ring;
            if (closing.IsCancellationRequested || !ring.HasWaiting)
            {
                pumping = false;
                return null;
            }

            var from = known ? ring.Scored : ring.WarmFrom;
            return new VoiceWindows(id, !known, (int)(ring.Scored - from), ring.Copy(from, ring.Added));
        }
    }

    private void Deliver(float[] scores)
    {
        var index = owner.Ring.Scored;
        foreach (var score in scores)
        {
            owner.Deliver(this, ref index, score);
        }
    }
}
