using System.Buffers;
using System.Threading.Channels;

namespace Conversation.Gateway.Telephony.Recording;

/// <summary>One recording. What is heard and said is queued and written elsewhere; where the disk cannot follow, it is lost and stays silence, and the call goes on.</summary>
internal sealed class CallRecording
{
    // Five seconds of both sides.
    private const int MostQueued = 512;
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(1);
    private readonly Recordings recordings;
    private readonly string path;
    private readonly long begun;
    private readonly Channel<Piece> queue = Channel.CreateBounded<Piece>(new BoundedChannelOptions(MostQueued) { SingleReader = true });
    private RecordingNote note;
    private long lost;
    private long endedAt;
    private volatile string? reason;
    private volatile bool deletes;

    public CallRecording(Recordings recordings, string path, RecordingNote note)
    {
        (this.recordings, this.path, this.note) = (recordings, path, note);
        begun = recordings.Time.GetTimestamp();
        Done = Task.Run(Write);
    }

    /// <summary>Done when all is written, or deleted.</summary>
    public Task Done { get; }

    /// <summary>The file.</summary>
    public string Path => path;

    private long Now => Samples(recordings.Time.GetElapsedTime(begun));

    /// <summary>The caller said this until now.</summary>
    public void FromCaller(ReadOnlySpan<short> pcm)
    {
        var now = Now;
        Put(CallSide.Caller, now, now - pcm.Length, pcm);
    }

    /// <summary>The caller hears this when <paramref name="ahead"/> samples more were played.</summary>
    public void ToCaller(ReadOnlySpan<short> pcm, long ahead)
    {
        var now = Now;
        Put(CallSide.Platform, now, now + ahead, pcm);
    }

    /// <summary>For so many samples until now the carrier played nothing of what it was sent.</summary>
    public void Waits(int samples) => Add(new Piece(What.Wait, CallSide.Platform, Now, 0, null, samples));

    /// <summary>The carrier dropped what it had not played.</summary>
    public void Flushed() => Add(new Piece(What.Flush, CallSide.Platform, Now, 0, null, 0));

    /// <summary>Time passes, whoever is silent.</summary>
    public void Tick() => Add(new Piece(What.Time, CallSide.Platform, Now, 0, null, 0));

    /// <summary>It ends; <paramref name="delete"/> where nothing of it may be kept.</summary>
    public void End(string why, bool delete = false)
    {
        if (delete && !deletes)
        {
            deletes = true;
            _ = DeleteAsync();
        }

        if (reason is null)
        {
            endedAt = Now;
            reason = why;
        }

        queue.Writer.TryComplete();
    }

    private void Put(CallSide side, long now, long at, ReadOnlySpan<short> pcm)
    {
        var copy = ArrayPool<short>.Shared.Rent(pcm.Length);
        pcm.CopyTo(copy);
        if (!Add(new Piece(What.Audio, side, now, at, copy, pcm.Length)))
        {
            ArrayPool<short>.Shared.Return(copy);
        }
    }

    private bool Add(Piece piece)
    {
        if (reason is not null)
        {
            return false;
        }

        var added = queue.Writer.TryWrite(piece);
        if (!added)
        {
            Interlocked.Increment(ref lost);
        }

        return added;
    }

    private async Task Write()
    {
        StereoTimeline timeline = new(note.Rate);
        IStereoFile? file = null;
        long written = 0;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            recordings.CheckSpace();
            file = recordings.Create(path, note.Rate);
            WriteNote();
            var (next, space) = (Samples(WriteEvery), 0);
            await foreach (var piece in queue.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                Lay(timeline, piece);
                if (piece.Now < next)
                {
                    continue;
                }

                // All that was heard by now, though some may still move: whoever is killed loses no more than what came since.
                next = piece.Now + Samples(WriteEvery);
                written += Append(file, timeline.Take(piece.Now), timeline.Rest(piece.Now));
                if (++space % 10 == 0)
                {
                    recordings.CheckSpace();
                }

                if (written >= Samples(recordings.Options.Longest))
                {
                    End("longest");
                    recordings.LogLongest(note.Call);
                }
            }

            written += Append(file, timeline.TakeLast(endedAt), []);
            recordings.Ended(deletes ? "deleted" : "kept");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            recordings.LogFailed(note.Call, fault);
            recordings.Ended("failed");
            End("disk");
            reason = "disk";
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            recordings.LogFailed(note.Call, fault);
            recordings.Ended("failed");
            End("internal");
            reason = "internal";
        }
        finally
        {
            // Before the file is let go of: until then nobody takes it for one that was left behind.
            Finish(written, file is not null);
            file?.Dispose();
        }
    }

    private void Finish(long written, bool made)
    {
        try
        {
            if (made)
            {
                note = note with { Ended = recordings.Time.GetUtcNow(), Seconds = Math.Round((double)written / note.Rate, 3), Lost = Interlocked.Read(ref lost), Reason = reason };
                WriteNote();
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            recordings.LogFailed(note.Call, fault);
        }
    }

    /// <summary>Whatever became of it before: nothing is left.</summary>
    private async Task DeleteAsync()
    {
        await Done.ConfigureAwait(false);
        try
        {
            File.Delete(path);
            File.Delete(NotePath);
            File.Delete(NotePath + ".part");
            recordings.LogDeleted(note.Call);
        }
        catch (DirectoryNotFoundException)
        {
            // There never was anything.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            recordings.LogNotDeleted(path, fault);
        }
    }

    private string NotePath => System.IO.Path.ChangeExtension(path, ".json");

    private void WriteNote() => note.Write(NotePath);

    private static void Lay(StereoTimeline timeline, Piece piece)
    {
        switch (piece.What)
        {
            case What.Audio:
                timeline.Put(piece.Side, piece.At, piece.Pcm.AsSpan(0, piece.Count));
                ArrayPool<short>.Shared.Return(piece.Pcm!);
                break;
            case What.Flush:
                timeline.Drop(piece.Side, piece.Now);
                break;
            case What.Wait:
                timeline.Delay(piece.Side, piece.Now - piece.Count, piece.Count);
                break;
        }
    }

    private static long Append(IStereoFile file, ReadOnlySpan<short> settled, ReadOnlySpan<short> unsettled)
    {
        if (settled.Length + unsettled.Length > 0 && !file.TryWrite(settled, unsettled))
        {
            throw new IOException("A WAV file holds no more.");
        }

        return settled.Length / 2;
    }

    private long Samples(TimeSpan time) => (long)(time.TotalSeconds * note.Rate);

    private enum What
    {
        Time,
        Audio,
        Flush,
        Wait,
    }

    /// <summary>What happened when, and for audio its place.</summary>
    private readonly record struct Piece(What What, CallSide Side, long Now, long At, short[]? Pcm, int Count);
}
