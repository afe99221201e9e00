namespace Conversation.Inference.Lanes;

/// <summary>A lane as a health check sees it. <paramref name="Hung"/>: a run has exceeded <see cref="LaneOptions.HungAfter"/> and has not returned.</summary>
public sealed record LaneStatus(string Name, string Device, int Waiting, int Capacity, bool Hung, TimeSpan RunningFor, long Runs, long Failures);

/// <summary>A lane that a health check can ask.</summary>
public interface ILane
{
    /// <summary>How it stands now.</summary>
    LaneStatus Status { get; }

    /// <summary>Whether its threads have ended: only then may the model be freed.</summary>
    bool IsStopped { get; }
}

/// <summary>A lane's run did not return in time; the device or its driver hangs.</summary>
public sealed class LaneHungException(string lane, TimeSpan after)
    : Exception($"Lane '{lane}' hangs: a run has taken more than {after.TotalSeconds:0.#} s. It takes work again when that run returns; if it does not, restart the process and look at the device.");

/// <summary>A newer request of the same session took this one's place in the queue before it ran.</summary>
public sealed class SupersededException() : OperationCanceledException("A newer request of the same session took its place.");
