using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Conversation.Grains.Placement;
using Conversation.Inference.Ports;
using Orleans.Concurrency;

namespace Conversation.Grains.Lanes.VoiceActivity;

/// <summary>
/// The next windows of a stream, whole and in order: 512 32-bit floats each, little-endian. <paramref name="Fresh"/>: the stream begins here; its first <paramref name="WarmUp"/> windows
/// were scored elsewhere and only tell the model who speaks.
/// </summary>
[GenerateSerializer, Immutable]
[Alias("conversation.VoiceWindows")]
internal sealed record VoiceWindows([property: Id(0)] Guid Stream, [property: Id(1)] bool Fresh, [property: Id(2)] int WarmUp, [property: Id(3)] byte[] Samples);

/// <summary>The score of each window but those that warm.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.VoiceScores")]
internal sealed record VoiceScores([property: Id(0)] float[] Scores);

/// <summary>A voice-activity lane of the silo that the key names.</summary>
[Alias("conversation.IVoiceActivityGrain")]
internal interface IVoiceActivityGrain : IGrainWithStringKey
{
    /// <summary>Scores windows. One call of a stream at a time. <see cref="LaneFault.UnknownStream"/> where a stream that goes on is not known: send it as a fresh one.</summary>
    [Alias("Score")]
    Task<LaneAnswer<VoiceScores>> ScoreAsync(VoiceWindows windows, CancellationToken cancellation);

    /// <summary>The stream is over.</summary>
    [Alias("Close"), OneWay]
    Task CloseAsync(Guid stream);
}

/// <summary>Wraps an <see cref="IVoiceActivity"/> of this silo and holds the streams of other silos' sessions.</summary>
[GrainType("conversation.voice-activity")]
[PlaceOnNamedSilo, Reentrant]
internal sealed class VoiceActivityGrain(LaneGrainServices services) : LaneGrain<IVoiceActivity>(services), IVoiceActivityGrain
{
    private readonly ConcurrentDictionary<Guid, GrainVoiceStream> streams = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var period = Services.Options.StreamIdleFor / 4;
        this.RegisterGrainTimer(CloseIdleAsync, new GrainTimerCreationOptions(period, period) { Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        foreach (var stream in streams.Keys)
        {
            Close(stream);
        }

        return Task.CompletedTask;
    }

    public Task<LaneAnswer<VoiceScores>> ScoreAsync(VoiceWindows windows, CancellationToken cancellation)
    {
        if (!windows.Fresh && !streams.ContainsKey(windows.Stream))
        {
            return Task.FromResult(new LaneAnswer<VoiceScores> { Fault = LaneFault.UnknownStream, Message = "The stream is not known here." });
        }

        return AskAsync(lane => ScoreOffSchedulerAsync(lane, windows, cancellation), cancellation);
    }

    public Task CloseAsync(Guid stream)
    {
        Close(stream);
        return Task.CompletedTask;
    }

    private async Task<VoiceScores> ScoreOffSchedulerAsync(IVoiceActivity lane, VoiceWindows windows, CancellationToken cancellation)
    {
        if (windows.Fresh)
        {
            Close(windows.Stream);
            streams[windows.Stream] = new GrainVoiceStream(lane, Services.Time);
        }

        if (!streams.TryGetValue(windows.Stream, out var stream))
        {
            throw new LaneFailedException("The stream was closed.");
        }

        try
        {
            var scores = await stream.ScoreAsync(windows.Samples, cancellation);
            return new VoiceScores(scores[Math.Min(windows.WarmUp, scores.Length)..]);
        }
        catch
        {
            // What it has heard is no longer known: it goes on afresh or not at all.
            Close(windows.Stream);
            throw;
        }
    }

    private void Close(Guid stream)
    {
        if (streams.TryRemove(stream, out var closed))
        {
            closed.Dispose();
        }
    }

    private Task CloseIdleAsync()
    {
        foreach (var (id, stream) in streams)
        {
            if (stream.IdleFor > Services.Options.StreamIdleFor)
            {
                Close(id);
            }
        }

        return Task.CompletedTask;
    }
}

/// <summary>A stream of another silo's session at this silo's lane: takes windows in batches and answers with all their scores.</summary>
internal sealed class GrainVoiceStream : ISpeechScoreSink, IDisposable
{
    private const int WindowBytes = IVoiceActivity.WindowSamples * sizeof(float);

    private readonly TimeProvider time;
    private readonly IVoiceActivityStream stream;
    private readonly Lock gate = new();
    private float[] scores = [];
    private int sent;
    private int scored;
    private TaskCompletionSource? allScored;
    private long usedAt;
    private bool busy;

    public GrainVoiceStream(IVoiceActivity lane, TimeProvider time)
    {
        this.time = time;
        usedAt = time.GetTimestamp();
        stream = lane.Open(this);
    }

    /// <summary>How long nothing has been asked of it.</summary>
    public TimeSpan IdleFor => Volatile.Read(ref busy) ? TimeSpan.Zero : time.GetElapsedTime(Interlocked.Read(ref usedAt));

    public async Task<float[]> ScoreAsync(byte[] samples, CancellationToken cancellation)
    {
        Volatile.Write(ref busy, true);
        try
        {
            lock (gate)
            {
                (scores, sent, scored) = (new float[samples.Length / WindowBytes], 0, 0);
            }

            while (sent < scores.Length)
            {
                if (stream.TrySubmit(MemoryMarshal.Cast<byte, float>(samples.AsSpan(sent * WindowBytes, WindowBytes)), sent))
                {
                    lock (gate)
                    {
                        sent++;
                    }
                }
                else if (!await AllScoredAsync(cancellation).ConfigureAwait(false))
                {
                    throw new LaneFailedException("Voice activity takes no windows.");
                }
            }

            await AllScoredAsync(cancellation).ConfigureAwait(false);
            return scores;
        }
        finally
        {
            Interlocked.Exchange(ref usedAt, time.GetTimestamp());
            Volatile.Write(ref busy, false);
        }
    }

    public void OnScore(long endPosition, float probability)
    {
        lock (gate)
        {
            if (scored < scores.Length)
            {
                scores[scored++] = probability;
            }

            if (scored >= sent)
            {
                allScored?.TrySetResult();
            }
        }
    }

    public void Dispose() => stream.Dispose();

    /// <summary>False where there was nothing to wait for.</summary>
    private async Task<bool> AllScoredAsync(CancellationToken cancellation)
    {
        Task scoring;
        lock (gate)
        {
            if (scored >= sent)
            {
                return false;
            }

            allScored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            scoring = allScored.Task;
        }

        await scoring.WaitAsync(cancellation).ConfigureAwait(false);
        return true;
    }
}
