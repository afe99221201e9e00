using System.Diagnostics.Metrics;
using Conversation.Inference.Lanes;
using Conversation.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Inference.Tests.Lanes;

/// <summary>A lane over a fake model that runs only as far as the test lets it, under virtual time.</summary>
internal sealed class HeldLane : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _permits = new(0);
    private readonly SemaphoreSlim _started = new(0);
    private readonly object _gate = new();
    private readonly List<string[]> _runs = [];
    private readonly Meters _meters = new();

    public HeldLane(LaneOptions? options = null)
    {
        Lane = new Lane<string, string>(options ?? new LaneOptions { Name = "test" }, new LaneServices(new LaneMetrics(_meters), NullLoggerFactory.Instance, Time), Run);
    }

    public ManualTime Time { get; } = new();

    public Lane<string, string> Lane { get; }

    /// <summary>The requests of each run begun so far.</summary>
    public IReadOnlyList<string[]> Runs
    {
        get
        {
            lock (_gate)
            {
                return [.. _runs];
            }
        }
    }

    public Meter Meter => _meters.All[0];

    public Task<string> Submit(string session, string request, int priority = 0, CancellationToken cancellation = default, bool supersede = false) =>
        Lane.SubmitAsync(session, request, priority, cancellation, supersede);

    /// <summary>Submits a request that holds the lane, and waits until it runs.</summary>
    public async Task<Task<string>> OccupyAsync()
    {
        var held = Submit("holder", "hold");
        await StartedAsync();
        return held;
    }

    public async Task StartedAsync() => Assert.True(await _started.WaitAsync(Patience), "No run began.");

    public void Release(int runs = 1) => _permits.Release(runs);

    public void Dispose()
    {
        _permits.Release(1000);
        Lane.Dispose();
    }

    private void Run(IReadOnlyList<LaneItem<string, string>> batch)
    {
        lock (_gate)
        {
            _runs.Add([.. batch.Select(item => item.Request)]);
        }

        _started.Release();
        _permits.Wait();
        foreach (var item in batch)
        {
            if (item.Request == "bad")
            {
                throw new InvalidDataException("bad input");
            }

            if (item.Request != "forgotten")
            {
                item.Complete(item.Request + "!");
            }
        }
    }

    private sealed class Meters : IMeterFactory
    {
        public List<Meter> All { get; } = [];

        public Meter Create(MeterOptions options)
        {
            All.Add(new Meter(options));
            return All[^1];
        }

        public void Dispose() => All.ForEach(meter => meter.Dispose());
    }
}
