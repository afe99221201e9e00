using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging;

namespace Conversation.Inference.Lanes;

/// <summary>
/// One device with one model. Owns its threads: callers queue a request and await its answer; the lane groups waiting requests of all sessions into runs,
/// higher priority first, sessions in turn, and posts answers back. A run that fails fails its requests; the lane lives on.
/// The run answers each item with <see cref="LaneItem{TRequest,TResult}.Complete"/> or <see cref="LaneItem{TRequest,TResult}.Fail"/>; those it leaves open fail.
/// </summary>
internal sealed class Lane<TRequest, TResult> : ILane, IDisposable
{
    private readonly LaneOptions _options;
    private readonly Action<IReadOnlyList<LaneItem<TRequest, TResult>>> _run;
    private readonly string _device;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LaneMetrics.Recorder _metrics;
    private readonly object _gate = new();
    private readonly LaneQueue<TRequest, TResult> _queue = new();
    private readonly Worker[] _workers;
    private readonly ITimer _watchdog;
    private bool _disposed;
    private int _hung;
    private long _runs;
    private long _failures;

    public Lane(LaneOptions options, LaneServices services, Action<IReadOnlyList<LaneItem<TRequest, TResult>>> run, string device = "cpu")
    {
        options.Validate();
        (_options, _run, _device, _time) = (options, run, device, services.Time);
        _logger = services.Loggers.CreateLogger("Conversation.Inference.Lane");
        _metrics = services.Metrics.For(options.Name);
        _workers = new Worker[options.Workers];
        for (var i = 0; i < _workers.Length; i++)
        {
            var worker = _workers[i] = new Worker();
            worker.Thread = new Thread(() => Work(worker)) { IsBackground = true, Name = $"lane {options.Name} {i}" };
            worker.Thread.Start();
        }

        var period = options.HungAfter / 4;
        _watchdog = _time.CreateTimer(static state => ((Lane<TRequest, TResult>)state!).LookForHungRuns(), this, period, period);
    }

    /// <summary>A lane that runs its requests one by one.</summary>
    public static Lane<TRequest, TResult> OneByOne(LaneOptions options, LaneServices services, Func<LaneItem<TRequest, TResult>, TResult> run, string device = "cpu") =>
        new(options, services, batch =>
        {
            foreach (var item in batch)
            {
                item.Complete(run(item));
            }
        }, device);

    public LaneStatus Status
    {
        get
        {
            lock (_gate)
            {
                var longest = _workers.Max(worker => worker.Batch is null ? TimeSpan.Zero : _time.GetElapsedTime(worker.StartedAt));
                return new LaneStatus(_options.Name, _device, _queue.Count, _options.QueueCapacity, _hung > 0, longest, _runs, _failures);
            }
        }
    }

    /// <summary>
    /// Queues a request and completes with its answer. <paramref name="supersede"/>: a request of the same session and priority that still waits is dropped with <see cref="SupersededException"/>.
    /// Throws <see cref="LaneFullException"/>, <see cref="LaneHungException"/>, what the run threw, or <see cref="OperationCanceledException"/> at once when cancelled, waiting or running.
    /// </summary>
    public Task<TResult> SubmitAsync(string session, TRequest request, int priority, CancellationToken cancellation, bool supersede = false)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult>(cancellation);
        }

        var item = new LaneItem<TRequest, TResult>(session, request, priority, _time.GetTimestamp(), cancellation);
        List<LaneItem<TRequest, TResult>>? superseded = null;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_hung >= _workers.Length)
            {
                _metrics.Rejected();
                return Task.FromException<TResult>(new LaneHungException(_options.Name, _options.HungAfter));
            }

            if (supersede)
            {
                superseded = [.. _queue.Waiting(session, priority)];
                superseded.ForEach(Dequeue);
            }

            if (_queue.Count >= _options.QueueCapacity)
            {
                _metrics.Rejected();
                return Task.FromException<TResult>(new LaneFullException(_options.Name, _options.QueueCapacity));
            }

            _queue.Add(item);
            _metrics.Queued(1);
            Monitor.Pulse(_gate);
        }

        superseded?.ForEach(old => old.Fail(new SupersededException()));

        return cancellation.CanBeCanceled ? AwaitCancellablyAsync(item, cancellation) : item.Answer;
    }

    /// <summary>Whether all its threads have ended after <see cref="Dispose"/>: only then may the model be freed.</summary>
    public bool IsStopped => _disposed && Array.TrueForAll(_workers, worker => !worker.Thread!.IsAlive);

    /// <summary>Stops its threads after their current runs; waiting requests are cancelled.</summary>
    public void Dispose()
    {
        List<LaneItem<TRequest, TResult>> left;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            left = TakeAll();
            Monitor.PulseAll(_gate);
        }

        _watchdog.Dispose();
        left.ForEach(item => item.TryCancel());
        foreach (var worker in _workers)
        {
            worker.Thread!.Join(_options.HungAfter);
        }
    }

    private async Task<TResult> AwaitCancellablyAsync(LaneItem<TRequest, TResult> item, CancellationToken cancellation)
    {
        // Outside the lock: an already cancelled token calls back here and now.
        using var registration = cancellation.UnsafeRegister(static state => ((Cancelling)state!).Invoke(), new Cancelling(this, item));
        return await item.Answer.ConfigureAwait(false);
    }

    private void Work(Worker worker)
    {
        var batch = new List<LaneItem<TRequest, TResult>>(_options.MaxBatch);
        while (TakeBatch(worker, batch))
        {
            var started = worker.StartedAt;
            foreach (var item in batch)
            {
                item.Queued = _time.GetElapsedTime(item.EnqueuedAt, started);
                _metrics.Waited(item.Queued);
            }

            Run(batch);
            var took = _time.GetElapsedTime(started);
            _metrics.Ran(took, batch.Count);
            lock (_gate)
            {
                _runs++;
                worker.Batch = null;
                if (worker.IsHung)
                {
                    worker.IsHung = false;
                    _hung--;
                    LaneLog.Recovered(_logger, _options.Name, took);
                }
            }
        }
    }

    private bool TakeBatch(Worker worker, List<LaneItem<TRequest, TResult>> batch)
    {
        batch.Clear();
        lock (_gate)
        {
            while (true)
            {
                if (_disposed)
                {
                    return false;
                }

                if (_queue.Count == 0)
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                if (_queue.Count < _options.MaxBatch && _options.MaxWait > TimeSpan.Zero)
                {
                    var left = _options.MaxWait - _time.GetElapsedTime(_queue.OldestEnqueuedAt());
                    if (left > TimeSpan.Zero)
                    {
                        // Not a timer of the TimeProvider: those fire on the shared pool, which can be late by seconds.
                        Monitor.Wait(_gate, left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left);
                        continue;
                    }
                }

                while (batch.Count < _options.MaxBatch && _queue.TryTake(out var item))
                {
                    batch.Add(item);
                }

                _metrics.Queued(-batch.Count);
                worker.StartedAt = _time.GetTimestamp();
                worker.Batch = [.. batch];
                return true;
            }
        }
    }

    private void Run(List<LaneItem<TRequest, TResult>> batch)
    {
        Exception? failure = null;
        try
        {
            _run(batch);
        }
        catch (Exception error)
        {
            failure = error;
        }

        var failed = 0;
        foreach (var item in batch)
        {
            if (!item.IsAnswered && item.Fail(failure ?? new InvalidOperationException($"Lane '{_options.Name}': the run left a request unanswered.")))
            {
                failed += item.Cancellation.IsCancellationRequested ? 0 : 1;
            }
        }

        if (failed > 0)
        {
            lock (_gate)
            {
                _failures += failed;
            }

            _metrics.Failed(failed);
            LaneLog.RunFailed(_logger, _options.Name, batch.Count, failure!);
        }
    }

    private void LookForHungRuns()
    {
        List<LaneItem<TRequest, TResult>> lost = [];
        lock (_gate)
        {
            foreach (var worker in _workers)
            {
                if (worker.Batch is { } batch && !worker.IsHung && _time.GetElapsedTime(worker.StartedAt) > _options.HungAfter)
                {
                    worker.IsHung = true;
                    _hung++;
                    _metrics.Hung();
                    LaneLog.Hung(_logger, _options.Name, batch.Length, _options.HungAfter);
                    lost.AddRange(batch);
                }
            }

            if (lost.Count > 0 && _hung == _workers.Length)
            {
                // Nobody is left to take them.
                lost.AddRange(TakeAll());
            }
        }

        lost.ForEach(item => item.Fail(new LaneHungException(_options.Name, _options.HungAfter)));
    }

    private List<LaneItem<TRequest, TResult>> TakeAll()
    {
        List<LaneItem<TRequest, TResult>> all = [];
        while (_queue.TryTake(out var item))
        {
            all.Add(item);
        }

        _metrics.Queued(-all.Count);
        return all;
    }

    private void Dequeue(LaneItem<TRequest, TResult> item)
    {
        if (_queue.Remove(item))
        {
            _metrics.Queued(-1);
        }
    }

    private sealed class Worker
    {
        public Thread? Thread { get; set; }

        public LaneItem<TRequest, TResult>[]? Batch { get; set; }

        public long StartedAt { get; set; }

        public bool IsHung { get; set; }
    }

    private sealed record Cancelling(Lane<TRequest, TResult> Lane, LaneItem<TRequest, TResult> Item)
    {
        public void Invoke()
        {
            lock (Lane._gate)
            {
                Lane.Dequeue(Item);
            }

            Item.TryCancel();
        }
    }
}
