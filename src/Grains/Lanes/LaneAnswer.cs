using Conversation.Inference.Lanes;
using Conversation.Inference.Ports;

namespace Conversation.Grains.Lanes;

/// <summary>Why a lane did not do what it was asked.</summary>
internal enum LaneFault
{
    /// <summary>It did.</summary>
    None,

    /// <summary>Its queue is full.</summary>
    Full,

    /// <summary>It failed or hangs.</summary>
    Failed,

    /// <summary>The request itself is wrong: no lane would take it.</summary>
    Refused,

    /// <summary>A newer request of the same session took its place.</summary>
    Superseded,

    /// <summary>Voice activity: the stream is not known there (any more).</summary>
    UnknownStream,
}

/// <summary>What a lane of another silo answers: expected failures are values, so that no exception type needs to be known on both sides.</summary>
[GenerateSerializer, Immutable]
[Alias("conversation.LaneAnswer`1")]
internal sealed record LaneAnswer<T>
{
    /// <summary>What was asked for.</summary>
    [Id(0)]
    public T? Result { get; init; }

    /// <summary>Why there is none.</summary>
    [Id(1)]
    public LaneFault Fault { get; init; }

    /// <summary>The same in words.</summary>
    [Id(2)]
    public string Message { get; init; } = "";

    /// <summary>The fault as the exception that the port would have thrown here.</summary>
    public Exception ToException(string lane) => Fault switch
    {
        LaneFault.Full => new RemoteLaneFullException(Message),
        LaneFault.Refused => new ArgumentException(Message),
        LaneFault.Superseded => new SupersededException(),
        _ => new LaneFailedException($"Lane '{lane}': {Message}"),
    };

    /// <summary>What an exception of a port means.</summary>
    public static LaneAnswer<T> Of(Exception fault) => new() { Fault = Kind(fault), Message = fault.Message };

    private static LaneFault Kind(Exception fault) => fault switch
    {
        LaneFullException => LaneFault.Full,
        SupersededException => LaneFault.Superseded,
        ArgumentException => LaneFault.Refused,
        _ => LaneFault.Failed,
    };
}

/// <summary>A lane of another silo is full.</summary>
internal sealed class RemoteLaneFullException(string message) : Exception(message);

/// <summary>A lane failed, or none is left to ask.</summary>
internal sealed class LaneFailedException(string message, Exception? inner = null) : Exception(message, inner);
