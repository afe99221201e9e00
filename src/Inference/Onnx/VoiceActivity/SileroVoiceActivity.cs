using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging;

namespace Conversation.Inference.Onnx.VoiceActivity;

/// <summary>
/// Scores the windows of all callers on one thread: one window of each stream in turn, up to <see cref="SileroOptions.MaxBatch"/> streams in a run.
/// A lane of its own kind, since windows come thirty times a second from every caller: nothing is allocated per window.
/// After a failed run the windows in it are scored 0, so that a turn ends rather than hangs, and the streams in it start afresh.
/// </summary>
public sealed class SileroVoiceActivity : IVoiceActivity, ILane, IDisposable
{
    private const string LaneName = "voice-activity";

    private readonly SileroOptions _options;
    private readonly SileroModel _model;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LaneMetrics.Recorder _metrics;
    private readonly object _gate = new();
    private readonly Queue<SileroStream> _ready;
    private readonly SileroStream[] _batch;
    private readonly Thread _thread;
    private int _open;
    private int _waiting;
    private long _runStarted;
    private bool _running;
    private bool _disposed;
    private long _runs;
    private long _failures;
    private long _allocated;
    private long _done;

    /// <summary>Loads and warms the model and starts the lane.</summary>
    public SileroVoiceActivity(SileroOptions options, LaneServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        var faults = options.Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", faults), nameof(options));
        }

        (_options, _time) = (options, services.Time);
        _logger = services.Loggers.CreateLogger("Conversation.Inference.VoiceActivity");
        _metrics = services.Metrics.For(LaneName);
        _model = new SileroModel(options.ModelPath, options.MaxBatch, _logger, options.Device);
        _model.Run(1);
        _model.Run(options.MaxBatch);
        _ready = new Queue<SileroStream>(options.MaxStreams + options.MaxBatch);
        _batch = new SileroStream[options.MaxBatch];
        _thread = new Thread(Work) { IsBackground = true, Name = "lane " + LaneName };
        _thread.Start();
    }

    /// <inheritdoc/>
    public LaneStatus Status
    {
        get
        {
            lock (_gate)
            {
                var running = _running ? _time.GetElapsedTime(_runStarted) : TimeSpan.Zero;
                return new LaneStatus(LaneName, _model.Device, _waiting, _options.MaxStreams * _options.QueueWindows, running > _options.HungAfter, running, _runs, _failures);
            }
        }
    }

    /// <inheritdoc/>
    public bool IsStopped => _disposed && !_thread.IsAlive;

    /// <summary>Bytes the lane's thread has allocated since it started, as of its last run.</summary>
    internal long LaneAllocatedBytes => Interlocked.Read(ref _allocated);

    /// <summary>Runs whose scores were posted.</summary>
    internal long RunsDone => Interlocked.Read(ref _done);

    /// <inheritdoc/>
    public IVoiceActivityStream Open(ISpeechScoreSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_open >= _options.MaxStreams)
            {
                throw new LaneFullException(LaneName, _options.MaxStreams);
            }

            _open++;
        }

        return new SileroStream(this, sink, _options.QueueWindows);
    }

    /// <summary>Stops the lane; windows that wait are not scored.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            Monitor.PulseAll(_gate);
        }

        // A hung run still uses the model: leave it to the process's end.
        if (_thread.Join(_options.HungAfter))
        {
            _model.Dispose();
        }
    }

    internal bool TrySubmit(SileroStream stream, ReadOnlySpan<float> window, long end)
    {
        lock (_gate)
        {
            if (_disposed || stream.IsClosed || !stream.TryPush(window, end, _time.GetTimestamp()))
            {
                _metrics.Rejected();
                return false;
            }

            _waiting++;
            _metrics.Queued(1);
            if (!stream.IsReady)
            {
                stream.IsReady = true;
                _ready.Enqueue(stream);
                Monitor.Pulse(_gate);
            }

            return true;
        }
    }

    internal void Close(SileroStream stream)
    {
        lock (_gate)
        {
            if (!stream.IsClosed)
            {
                stream.IsClosed = true;
                _open--;
                _waiting -= stream.Waiting;
                _metrics.Queued(-stream.Waiting);
            }
        }
    }

    private void Work()
    {
        int size;
        while ((size = TakeBatch()) > 0)
        {
            var scored = Run(size);
            var took = _time.GetElapsedTime(_runStarted);
            for (var i = 0; i < size; i++)
            {
                Post(_batch[i], scored ? _model.Probability[i] : 0);
            }

            _metrics.Ran(took, size);
            lock (_gate)
            {
                _running = false;
                _runs++;
                for (var i = 0; i < size; i++)
                {
                    Requeue(_batch[i]);
                }
            }

            Interlocked.Exchange(ref _allocated, GC.GetAllocatedBytesForCurrentThread());
            Interlocked.Increment(ref _done);
        }
    }

    private int TakeBatch()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_disposed)
                {
                    return 0;
                }

                while (_ready.TryPeek(out var closed) && closed.IsClosed)
                {
                    _ready.Dequeue();
                }

                if (_ready.Count == 0)
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                // Waiting pays only where another stream could still come.
                if (_ready.Count < Math.Min(_options.MaxBatch, _open) && _options.MaxWait > TimeSpan.Zero)
                {
                    var left = _options.MaxWait - _time.GetElapsedTime(_ready.Peek().OldestEnqueued);
                    if (left >= TimeSpan.FromMilliseconds(1))
                    {
                        Monitor.Wait(_gate, left);
                        continue;
                    }
                }

                if (Gather() is > 0 and var size)
                {
                    return size;
                }
            }
        }
    }

    private int Gather()
    {
        _runStarted = _time.GetTimestamp();
        var size = 0;
        while (size < _options.MaxBatch && _ready.TryDequeue(out var stream))
        {
            if (stream.IsClosed)
            {
                continue;
            }

            _metrics.Waited(_time.GetElapsedTime(stream.OldestEnqueued, _runStarted));
            stream.Pop(_model.Input.AsSpan(size * SileroModel.Row, SileroModel.Row));
            _batch[size++] = stream;
        }

        _waiting -= size;
        _metrics.Queued(-size);
        _running = size > 0;
        return size;
    }

    private bool Run(int size)
    {
        const int width = SileroModel.StateSize;
        try
        {
            for (var i = 0; i < size; i++)
            {
                _batch[i].State.AsSpan(0, width).CopyTo(_model.State.AsSpan(i * width));
                _batch[i].State.AsSpan(width).CopyTo(_model.State.AsSpan((size + i) * width));
            }

            _model.Run(size);
            for (var i = 0; i < size; i++)
            {
                _model.NextState.AsSpan(i * width, width).CopyTo(_batch[i].State);
                _model.NextState.AsSpan((size + i) * width, width).CopyTo(_batch[i].State.AsSpan(width));
            }

            return true;
        }
        catch (Exception error)
        {
            for (var i = 0; i < size; i++)
            {
                _batch[i].Forget();
            }

            Interlocked.Add(ref _failures, size);
            _metrics.Failed(size);
            LaneLog.RunFailed(_logger, LaneName, size, error);
            return false;
        }
    }

    private void Post(SileroStream stream, float probability)
    {
        if (stream.IsClosed)
        {
            return;
        }

        try
        {
            stream.Sink.OnScore(stream.End, probability);
        }
        catch (Exception error)
        {
            // One caller's broken sink must not take the voice activity of all.
            LaneLog.SinkFailed(_logger, LaneName, error);
        }
    }

    private void Requeue(SileroStream stream)
    {
        if (stream.HasWindows && !stream.IsClosed)
        {
            _ready.Enqueue(stream);
        }
        else
        {
            stream.IsReady = false;
        }
    }
}
