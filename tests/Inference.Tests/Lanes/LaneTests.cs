using System.Diagnostics.Metrics;
using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;

namespace Conversation.Inference.Tests.Lanes;

public class LaneTests
{
    [Fact]
    public async Task A_backlog_of_one_session_does_not_delay_anothers_first_request()
    {
        using var lane = new HeldLane();
        var held = await lane.OccupyAsync();
        List<Task<string>> all = [held, .. Enumerable.Range(1, 4).Select(i => lane.Submit("a", "a" + i)), lane.Submit("b", "b1"), lane.Submit("c", "c1"), lane.Submit("b", "b2")];
        lane.Release(all.Count);
        await Task.WhenAll(all).WaitAsync(HeldLane.Patience);
        Assert.Equal(["hold", "a1", "b1", "c1", "a2", "b2", "a3", "a4"], lane.Runs.Select(run => run[0]));
    }

    [Fact]
    public async Task Higher_priority_goes_first_whatever_waits()
    {
        using var lane = new HeldLane();
        var held = await lane.OccupyAsync();
        List<Task<string>> all = [held, lane.Submit("a", "quick 1"), lane.Submit("b", "quick 2"), lane.Submit("c", "accurate", priority: 1)];
        lane.Release(all.Count);
        await Task.WhenAll(all).WaitAsync(HeldLane.Patience);
        Assert.Equal(["hold", "accurate", "quick 1", "quick 2"], lane.Runs.Select(run => run[0]));
    }

    [Fact]
    public async Task A_full_queue_refuses_and_a_cancelled_request_makes_room_and_never_runs()
    {
        using var lane = new HeldLane(new LaneOptions { Name = "test", QueueCapacity = 1 });
        var held = await lane.OccupyAsync();
        using var cancelling = new CancellationTokenSource();
        var waiting = lane.Submit("a", "cancelled", cancellation: cancelling.Token);
        await Assert.ThrowsAsync<LaneFullException>(() => lane.Submit("b", "refused"));
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var taken = lane.Submit("b", "taken");
        lane.Release(2);
        Assert.Equal("taken!", await taken.WaitAsync(HeldLane.Patience));
        await held;
        Assert.Equal(["hold", "taken"], lane.Runs.Select(run => run[0]));
        Assert.Equal(0, lane.Lane.Status.Waiting);
    }

    [Fact]
    public async Task A_newer_request_supersedes_only_its_own_sessions_waiting_one_of_the_same_priority()
    {
        using var lane = new HeldLane();
        var held = await lane.OccupyAsync();
        var old = lane.Submit("a", "old");
        var final = lane.Submit("a", "final", priority: 1);
        var other = lane.Submit("b", "other");
        var young = lane.Submit("a", "young", supersede: true);
        await Assert.ThrowsAsync<SupersededException>(() => old);
        lane.Release(4);
        await Task.WhenAll(held, final, other, young).WaitAsync(HeldLane.Patience);
        Assert.Equal(["hold", "final", "other", "young"], lane.Runs.Select(run => run[0]));
    }

    [Fact]
    public async Task Cancelling_a_running_request_answers_its_caller_at_once()
    {
        using var lane = new HeldLane();
        using var cancelling = new CancellationTokenSource();
        var running = lane.Submit("a", "long", cancellation: cancelling.Token);
        await lane.StartedAsync();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(HeldLane.Patience));
        var next = lane.Submit("b", "next");
        lane.Release(2);
        Assert.Equal("next!", await next.WaitAsync(HeldLane.Patience));
    }

    [Fact]
    public async Task A_failing_run_fails_its_requests_and_the_lane_lives_on()
    {
        using var lane = new HeldLane();
        lane.Release(3);
        await Assert.ThrowsAsync<InvalidDataException>(() => lane.Submit("a", "bad").WaitAsync(HeldLane.Patience));
        await Assert.ThrowsAsync<InvalidOperationException>(() => lane.Submit("a", "forgotten").WaitAsync(HeldLane.Patience));
        Assert.Equal("good!", await lane.Submit("a", "good").WaitAsync(HeldLane.Patience));
        Assert.Equal(2, lane.Lane.Status.Failures);
    }

    [Fact]
    public async Task A_batch_waits_for_company_a_bounded_time_and_a_full_one_not_at_all()
    {
        using var lane = new HeldLane(new LaneOptions { Name = "test", MaxBatch = 3, MaxWait = TimeSpan.FromMilliseconds(5) });
        lane.Release(2);
        var full = Task.WhenAll(lane.Submit("a", "1"), lane.Submit("b", "2"), lane.Submit("c", "3"));
        await full.WaitAsync(HeldLane.Patience);
        var two = Task.WhenAll(lane.Submit("a", "4"), lane.Submit("b", "5"));
        lane.Time.Advance(TimeSpan.FromMilliseconds(4));
        Assert.False(two.IsCompleted);
        Assert.Equal(2, lane.Lane.Status.Waiting);
        lane.Time.Advance(TimeSpan.FromMilliseconds(1));
        await two.WaitAsync(HeldLane.Patience);
        Assert.Equal(["1,2,3", "4,5"], lane.Runs.Select(run => string.Join(',', run)));
    }

    [Fact]
    public async Task A_hung_run_fails_what_waits_refuses_what_comes_and_recovers_when_it_returns()
    {
        using var lane = new HeldLane(new LaneOptions { Name = "test", HungAfter = TimeSpan.FromSeconds(4) });
        var held = await lane.OccupyAsync();
        var waiting = lane.Submit("a", "waiting");
        lane.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(lane.Lane.Status.Hung);
        lane.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(lane.Lane.Status.Hung);
        await Assert.ThrowsAsync<LaneHungException>(() => held);
        await Assert.ThrowsAsync<LaneHungException>(() => waiting);
        await Assert.ThrowsAsync<LaneHungException>(() => lane.Submit("a", "refused"));
        lane.Release(2);
        Assert.True(SpinWait.SpinUntil(() => !lane.Lane.Status.Hung, HeldLane.Patience));
        Assert.Equal("again!", await lane.Submit("a", "again").WaitAsync(HeldLane.Patience));
    }

    [Fact]
    public async Task Awaiters_go_on_off_the_lanes_thread()
    {
        using var lane = new HeldLane();
        var answer = lane.Submit("a", "x");
        var thread = answer.ContinueWith(_ => Thread.CurrentThread.Name ?? "", CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        lane.Release();
        Assert.DoesNotContain("lane", await thread.WaitAsync(HeldLane.Patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_cancels_what_waits()
    {
        using var lane = new HeldLane();
        var held = await lane.OccupyAsync();
        var waiting = lane.Submit("a", "waiting");
        var disposing = Task.Run(lane.Lane.Dispose);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(HeldLane.Patience));
        Assert.False(held.IsCompleted);
        lane.Release();
        Assert.Equal("hold!", await held.WaitAsync(HeldLane.Patience));
        await disposing.WaitAsync(HeldLane.Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => lane.Submit("a", "late"));
        Assert.True(lane.Lane.IsStopped);
    }

    [Fact]
    public async Task What_it_does_is_measured()
    {
        using var lane = new HeldLane(new LaneOptions { Name = "measured", QueueCapacity = 1 });
        Dictionary<string, double> sums = [];
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.InstrumentPublished = (instrument, _) => listener.EnableMeasurementEvents(instrument);
        listener.Start();
        var held = await lane.OccupyAsync();
        var bad = lane.Submit("a", "bad");
        await Assert.ThrowsAsync<LaneFullException>(() => lane.Submit("b", "refused"));
        lane.Time.Advance(TimeSpan.FromSeconds(2));
        lane.Release(2);
        await held;
        await Assert.ThrowsAsync<InvalidDataException>(() => bad);
        Assert.True(SpinWait.SpinUntil(() => lane.Lane.Status.Runs == 2, HeldLane.Patience));
        lock (sums)
        {
            Assert.Equal(2, sums["conversation.lane.wait"]);
            Assert.Equal(2, sums["conversation.lane.run"]);
            Assert.Equal(2, sums["conversation.lane.batch"]);
            Assert.Equal(0, sums["conversation.lane.queue"]);
            Assert.Equal(1, sums["conversation.lane.rejected"]);
            Assert.Equal(1, sums["conversation.lane.failed"]);
        }

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (ReferenceEquals(instrument.Meter, lane.Meter) && tags[0] is { Key: "lane", Value: "measured" })
            {
                lock (sums)
                {
                    sums[instrument.Name] = sums.GetValueOrDefault(instrument.Name) + value;
                }
            }
        }
    }

    [Fact]
    public void All_faults_of_options_are_told_at_once()
    {
        var faults = new LaneOptions { Name = " ", QueueCapacity = 0, MaxBatch = 5000, MaxWait = TimeSpan.FromSeconds(2), Workers = 0, HungAfter = TimeSpan.Zero }.Faults();
        Assert.Equal(6, faults.Count());
        Assert.Empty(new LaneOptions { Name = "fine" }.Faults());
    }
}
