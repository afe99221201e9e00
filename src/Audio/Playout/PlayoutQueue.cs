using System.Buffers;

namespace Conversation.Audio;

/// <summary>What became of samples offered to a <see cref="PlayoutQueue"/>.</summary>
public enum AppendResult
{
    /// <summary>All are queued.</summary>
    Taken,

    /// <summary>None are queued: there is no room until more is heard and released. Offer them again.</summary>
    Full,

    /// <summary>None are queued: the reply was purged or completed. Drop them.</summary>
    Stale,
}

/// <summary>
/// The audio of one reply between the synthesis that appends clauses of any length and the pacing thread that reads fixed frames.
/// What was read stays until it is <see cref="Release">released</see>, so that after a pause or a lost connection reading goes on from the exact sample.
/// <para>Safe for one appending and one reading thread, and for anybody who purges. Bounded; chunks are pooled; a frame in steady state allocates nothing.</para>
/// </summary>
public sealed class PlayoutQueue : IDisposable
{
    private const int ChunkSamples = 4_096;

    private readonly Lock _gate = new();
    private readonly short[]?[] _chunks;
    private readonly int _capacity;
    private long _released;
    private long _read;
    private long _appended;
    private bool _complete;
    private bool _purged;

    /// <summary>
    /// A queue for reply <paramref name="generation"/> of at most <paramref name="capacity"/> unreleased samples (two minutes at 24 kHz by default; memory is taken only as it fills).
    /// What is appended first lies at <paramref name="start"/>: not 0 where the beginning was heard elsewhere.
    /// </summary>
    public PlayoutQueue(int generation, int capacity = 24_000 * 120, long start = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        Generation = generation;
        _released = _read = _appended = start;
        _capacity = capacity;
        _chunks = new short[]?[(capacity / ChunkSamples) + 2];
    }

    /// <summary>The reply's generation.</summary>
    public int Generation { get; }

    /// <summary>Samples appended since the reply's first.</summary>
    public long Appended => Locked(static queue => queue._appended);

    /// <summary>The position that is read next.</summary>
    public long ReadPosition => Locked(static queue => queue._read);

    /// <summary>Positions before it are gone.</summary>
    public long Released => Locked(static queue => queue._released);

    /// <summary>Samples that can be read now.</summary>
    public int Readable => Locked(static queue => (int)(queue._appended - queue._read));

    /// <summary>Whether all of the reply was appended.</summary>
    public bool IsComplete => Locked(static queue => queue._complete);

    /// <summary>Whether all of the reply was appended and read.</summary>
    public bool IsDrained => Locked(static queue => queue._complete && queue._read == queue._appended);

    /// <summary>Whether it was purged: nothing can be appended or read any more.</summary>
    public bool IsPurged => Locked(static queue => queue._purged);

    /// <summary>Appends all of <paramref name="samples"/> or none. More than the capacity in one piece never fits and is an error of the caller.</summary>
    public AppendResult TryAppend(ReadOnlySpan<short> samples)
    {
        if (samples.Length > _capacity)
        {
            throw new ArgumentException($"{samples.Length} samples exceed the capacity of {_capacity}: append them in parts.", nameof(samples));
        }

        lock (_gate)
        {
            if (_purged || _complete)
            {
                return AppendResult.Stale;
            }

            if (_appended - _released + samples.Length > _capacity)
            {
                return AppendResult.Full;
            }

            while (!samples.IsEmpty)
            {
                var slot = Slot(_appended);
                var offset = (int)(_appended % ChunkSamples);
                var chunk = _chunks[slot] ??= ArrayPool<short>.Shared.Rent(ChunkSamples);
                var part = Math.Min(ChunkSamples - offset, samples.Length);
                samples[..part].CopyTo(chunk.AsSpan(offset));
                samples = samples[part..];
                _appended += part;
            }

            return AppendResult.Taken;
        }
    }

    /// <summary>No more will be appended: the last frame may be short.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _complete = true;
        }
    }

    /// <summary>
    /// Fills <paramref name="frame"/> from the read position and moves it on. Gives the samples read: the whole frame; fewer at the end of a completed reply; 0 where a whole frame is not there yet, all was read, or it was purged.
    /// <paramref name="position"/>: where in the reply the first one lies.
    /// </summary>
    public int Read(Span<short> frame, out long position)
    {
        lock (_gate)
        {
            position = _read;
            var there = _purged ? 0 : _appended - _read;
            if (there < frame.Length && !_complete)
            {
                return 0;
            }

            frame = frame[..(int)Math.Min(there, frame.Length)];
            var count = frame.Length;
            while (!frame.IsEmpty)
            {
                var offset = (int)(_read % ChunkSamples);
                var part = Math.Min(ChunkSamples - offset, frame.Length);
                _chunks[Slot(_read)].AsSpan(offset, part).CopyTo(frame);
                frame = frame[part..];
                _read += part;
            }

            return count;
        }
    }

    /// <summary>Moves the read position to <paramref name="position"/>, back or forth. Where that is already released or not yet appended it goes to the nearest held; the result is where it went.</summary>
    public long Seek(long position)
    {
        lock (_gate)
        {
            return _read = Math.Clamp(position, _released, _appended);
        }
    }

    /// <summary>What lies before <paramref name="upTo"/> was heard and will not be read again; never beyond what was read. Gives its room back.</summary>
    public void Release(long upTo)
    {
        lock (_gate)
        {
            var target = Math.Clamp(upTo, _released, _read);
            for (var chunk = _released / ChunkSamples; chunk < target / ChunkSamples; chunk++)
            {
                Return((int)(chunk % _chunks.Length));
            }

            _released = target;
        }
    }

    /// <summary>Drops everything where this reply's generation is <paramref name="generation"/> or older. After it nothing is read or appended. Says whether this queue was meant.</summary>
    public bool Purge(int generation)
    {
        if (Generation > generation)
        {
            return false;
        }

        Dispose();
        return true;
    }

    /// <summary>Drops everything and gives the memory back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _purged = true;
            for (var slot = 0; slot < _chunks.Length; slot++)
            {
                Return(slot);
            }
        }
    }

    private int Slot(long position) => (int)(position / ChunkSamples % _chunks.Length);

    private void Return(int slot)
    {
        if (_chunks[slot] is { } chunk)
        {
            _chunks[slot] = null;
            ArrayPool<short>.Shared.Return(chunk);
        }
    }

    private T Locked<T>(Func<PlayoutQueue, T> read)
    {
        lock (_gate)
        {
            return read(this);
        }
    }
}
