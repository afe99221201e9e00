using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Lanes.Routing;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Lanes.VoiceActivity;

/// <summary>
/// One caller's stream, wherever it is scored. It keeps each window until its score has come, so that a stream that moves loses none, and the last ones after that, to warm the model where it moves to.
/// Scores are posted under its lock: in order, whatever lane they come from. Where no lane is left the windows that wait are scored 0, so that a turn ends rather than hangs.
/// </summary>
internal sealed class RoutedVoiceStream : IVoiceActivityStream
{
    private readonly RoutedVoiceActivity owner;
    private readonly LaneRouter router;
    private readonly ISpeechScoreSink sink;
    private readonly string id = Guid.NewGuid().ToString("N");
    private VoiceLink? link;
    private bool attaching;
    private bool disposed;
    private bool silent;
    private long progressAt;
    private long? gaveUpAt;
    private long? forcedAt;

    public RoutedVoiceStream(RoutedVoiceActivity owner, LaneRouter router, ISpeechScoreSink sink)
    {
        (this.owner, this.router, this.sink) = (owner, router, sink);
        Ring = new VoiceWindowRing(router.Options.VoiceActivityQueue, router.Options.VoiceActivityWarmUp);
        attaching = true;
        _ = AttachAsync(better: null);
    }

    public Lock Gate { get; } = new();

    public VoiceWindowRing Ring { get; }

    public bool TrySubmit(ReadOnlySpan<float> window, long endPosition)
    {
        if (window.Length != IVoiceActivity.WindowSamples)
        {
            throw new ArgumentException($"A window has {IVoiceActivity.WindowSamples} samples, not {window.Length}.", nameof(window));
        }

        VoiceLink? failed;
        Exception? fault;
        lock (Gate)
        {
            if (disposed || IsRecent(gaveUpAt))
            {
                return false;
            }

            if (!Ring.HasWaiting)
            {
                progressAt = router.Time.GetTimestamp();
            }

            if (!Ring.TryAdd(window, endPosition))
            {
                return false;
            }

            if (link is null && !attaching)
            {
                Attach();
            }

            (failed, fault) = (link, link?.Push());
        }

        if (fault is not null)
        {
            Lost(failed!, fault);
        }

        return true;
    }

    /// <summary>A lane scored window <paramref name="index"/>, the next of that link. Dropped where the stream has moved on, or where the window only warmed.</summary>
    public void Deliver(VoiceLink from, ref long index, float probability)
    {
        Exception? fault;
        lock (Gate)
        {
            var window = index++;
            if (disposed || from != link)
            {
                return;
            }

            progressAt = router.Time.GetTimestamp();
            if (window == Ring.Scored && Ring.HasWaiting)
            {
                (gaveUpAt, forcedAt, silent) = (null, null, false);
                sink.OnScore(Ring.Score(), probability);
            }

            fault = from.Push();
        }

        router.Works(from.Choice);
        if (fault is not null)
        {
            Lost(from, fault);
        }
    }

    /// <summary>A lane of another silo answered.</summary>
    public void Answered(VoiceLink by, TimeSpan took) => router.Succeeded(by.Choice, LaneRole.VoiceActivity, id, "", took);

    /// <summary>The lane of a link failed: the stream moves to the next, with all that waits.</summary>
    public void Lost(VoiceLink lost, Exception fault)
    {
        if (!Unlink(lost))
        {
            return;
        }

        router.Failed(lost.Choice, LaneRole.VoiceActivity, fault);
        Leave(lost);
        _ = Task.Run(() => AttachAsync(better: null));
    }

    /// <summary>Called a few times a second: moves the stream where its lane hangs, or where a better one than a stand-in is there again.</summary>
    public void Look()
    {
        VoiceLink? at;
        bool hangs;
        lock (Gate)
        {
            at = link;
            // A lane of another silo is watched by its call.
            hangs = at?.Choice.Local is not null && Ring.HasWaiting && !IsRecent(progressAt);
        }

        if (at is not null && hangs)
        {
            Lost(at, new TimeoutException($"No window was scored within {router.Options.VoiceActivityWithin.TotalSeconds:0.##} s (Lanes:VoiceActivityWithin)."));
        }
        else if (at is not null && at.Choice.Local is not { Spare: false } && Better(at.Choice) is { } better && Unlink(at))
        {
            Leave(at);
            _ = Task.Run(() => AttachAsync(better));
        }
    }

    public void Dispose()
    {
        VoiceLink? at;
        lock (Gate)
        {
            (at, link, disposed) = (link, null, true);
        }

        at?.Dispose();
        owner.Closed(this);
    }

    /// <summary>Whether a moment lies less than the time a lane may take back.</summary>
    private bool IsRecent(long? at) => at is { } then && router.Time.GetElapsedTime(then) <= router.Options.VoiceActivityWithin;

    /// <summary>Lets go of a link to attach to another; false where that has happened already.</summary>
    private bool Unlink(VoiceLink old)
    {
        lock (Gate)
        {
            if (disposed || link != old)
            {
                return false;
            }

            (link, attaching) = (null, true);
            return true;
        }
    }

    private LaneChoice? Better(LaneChoice than) =>
        router.Choices(LaneRole.VoiceActivity, "", id).FirstOrDefault(choice => choice.IsHealthy) is { } first && first.Key != than.Key ? first : null;

    private void Leave(VoiceLink old)
    {
        router.Metrics.Moved(LaneRole.VoiceActivity);
        old.Dispose();
    }

    private void Attach()
    {
        attaching = true;
        _ = Task.Run(() => AttachAsync(better: null));
    }

    /// <summary>Finds a lane and goes on there. One at a time, as <see cref="attaching"/> says.</summary>
    private async Task AttachAsync(LaneChoice? better)
    {
        List<LaneChoice> resting = [];
        var asked = 0;
        foreach (var choice in better is null ? router.Choices(LaneRole.VoiceActivity, "", id) : [better, .. router.Choices(LaneRole.VoiceActivity, "", id)])
        {
            if (!choice.TryEnter())
            {
                resting.Add(choice);
            }
            else if (await TryAttachAsync(choice).ConfigureAwait(false))
            {
                return;
            }
            else
            {
                asked++;
            }
        }

        // Better a lane that failed lately than none, but not again and again; and each in its turn, for the first may hang while the next works again.
        if (asked == 0 && !IsRecent(forcedAt))
        {
            forcedAt = router.Time.GetTimestamp();
            foreach (var choice in resting.OrderBy(choice => choice.Health.FailedAt))
            {
                if (await TryAttachAsync(choice).ConfigureAwait(false))
                {
                    return;
                }
            }
        }

        GiveUp();
    }

    private async Task<bool> TryAttachAsync(LaneChoice choice)
    {
        VoiceLink next;
        try
        {
            next = choice.Local is { } lane
                ? new LocalVoiceLink(this, choice, lane.Port as IVoiceActivity ?? await router.LoadAsync<IVoiceActivity>(lane, CancellationToken.None).ConfigureAwait(false))
                : new RemoteVoiceLink(this, choice, router);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            router.Failed(choice, LaneRole.VoiceActivity, fault);
            return false;
        }

        Exception? refused = null;
        bool late;
        lock (Gate)
        {
            attaching = false;
            late = disposed;
            if (!late)
            {
                (link, progressAt) = (next, router.Time.GetTimestamp());
                refused = next.Push();
            }
        }

        if (late)
        {
            next.Dispose();
        }
        else if (refused is not null)
        {
            Lost(next, refused);
        }

        return true;
    }

    private void GiveUp()
    {
        lock (Gate)
        {
            attaching = false;
            gaveUpAt = router.Time.GetTimestamp();
            if (disposed)
            {
                return;
            }

            while (Ring.HasWaiting)
            {
                sink.OnScore(Ring.Score(), 0);
            }

            if (!silent)
            {
                silent = true;
                owner.NoLane();
            }
        }
    }
}
