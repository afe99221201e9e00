using Conversation.Grains.Board;
using Conversation.Grains.Lanes.Local;
using Conversation.Grains.Lanes.Routing;
using Conversation.Grains.Placement;

namespace Conversation.Grains.Lanes;

/// <summary>What grains that wrap a lane need of their silo.</summary>
internal sealed record LaneGrainServices(SiloBoard Board, LocalLanes Lanes, LaneRouterOptions Options, TimeProvider Time);

/// <summary>
/// A lane of this silo for the sessions of others; its key (<see cref="NamedSiloKey"/>) names silo and lane. It decides nothing and computes nothing: the lane has its own threads and queue,
/// and the calls of many sessions wait in it side by side.
/// </summary>
internal abstract class LaneGrain<TPort>(LaneGrainServices services) : Grain
    where TPort : class
{
    protected LaneGrainServices Services => services;

    protected LocalLane? Lane => NamedSiloKey.TryParse(this.GetPrimaryKeyString(), out var key) && key.Value.Silo.Equals(services.Board.Silo) ? services.Lanes.Find(key.Value.Name) : null;

    /// <summary>Asks the lane and turns what it throws into a value; a caller's cancellation stays one.</summary>
    protected async Task<LaneAnswer<T>> AskAsync<T>(Func<TPort, Task<T>> ask, CancellationToken cancellation)
    {
        if (Lane is not { } lane)
        {
            return new LaneAnswer<T> { Fault = LaneFault.Failed, Message = "The silo has no such lane (any more)." };
        }

        try
        {
            var port = await lane.PortAsync<TPort>(cancellation);
            // What an engine does before it queues the request (features, tokens) is work too: off this scheduler.
            var result = await Task.Run(() => ask(port), cancellation);
            Succeeded(lane);
            return new LaneAnswer<T> { Result = result };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var answer = LaneAnswer<T>.Of(fault);
            if (answer.Fault == LaneFault.Failed)
            {
                Failed(lane);
            }

            return answer;
        }
    }

    protected void Succeeded(LocalLane lane)
    {
        if (lane.Health.Succeeded())
        {
            services.Lanes.Recovered();
        }
    }

    protected void Failed(LocalLane lane)
    {
        if (lane.Health.Failed() is not null)
        {
            services.Lanes.Failed(lane);
        }
    }
}
