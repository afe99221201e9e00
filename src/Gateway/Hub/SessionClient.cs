using System.Threading.Channels;
using Conversation.Gateway.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Hub;

/// <summary>How a client is reached: one call a message, complete when it has gone to the transport.</summary>
internal delegate Task SendToClient(string method, object?[] arguments);

/// <summary>
/// A session's client over one connection: a bounded queue and one task that sends from it. The session's threads only ever put into the
/// queue. Allocated for a frame: nothing here; SignalR makes an invocation message and, where the socket makes it wait, a task.
/// </summary>
internal sealed class SessionClient : ISessionClient
{
    private readonly SendQueue queue;
    private readonly SendToClient send;
    private readonly TimeProvider time;
    private readonly GatewayMetrics metrics;
    private readonly Action<SessionClient, Exception?> finished;
    private readonly long created;
    // One slot: a wake-up already pending is as good as two.
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly object?[] eventArgument = new object?[1];
    private volatile bool held;
    private volatile bool ending;

    /// <summary>A client. <paramref name="finished"/> is called once, when <c>closed</c> has been sent or sending failed.</summary>
    public SessionClient(GatewayOptions options, TimeProvider time, GatewayMetrics metrics, SendToClient send, Action<SessionClient, Exception?> finished)
    {
        queue = new SendQueue(options.QueueEvents);
        this.send = send;
        this.time = time;
        this.metrics = metrics;
        this.finished = finished;
        created = time.GetTimestamp();
        Completion = Task.Run(SendAll);
    }

    /// <summary>Ends when nothing more will be sent.</summary>
    public Task Completion { get; }

    /// <summary>True once the client was told its last words.</summary>
    public bool Ending => ending;

    /// <summary>How long the oldest message has waited.</summary>
    public TimeSpan Behind => !held && queue.OldestSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>True where nothing waits to be sent.</summary>
    public bool Drained => queue.OldestSince is null;

    /// <summary>Keeps messages back until <see cref="Release"/>, so that the answer to Open goes first; sets the bound of the audio that may wait.</summary>
    public void Hold(long maxSamples)
    {
        queue.Bound(maxSamples);
        held = true;
    }

    /// <summary>Lets messages go.</summary>
    public void Release()
    {
        held = false;
        wake.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm)
    {
        if (!queue.TryAdd(generation, position, pcm, time.GetTimestamp()))
        {
            metrics.QueueFull();
            return false;
        }

        wake.Writer.TryWrite(true);
        return true;
    }

    /// <inheritdoc/>
    public void Send(SessionEvent message)
    {
        if (ending)
        {
            return;
        }

        if (!queue.TryAdd(message, time.GetTimestamp()))
        {
            End(Faults.SlowClient(), CloseReasons.SlowClient);
            return;
        }

        wake.Writer.TryWrite(true);
    }

    /// <summary>Tells the client of a fault; the session goes on.</summary>
    public void Tell(SessionFault fault) =>
        Send(new SessionEvent.Error(fault.Code, fault.Message, fault.Setting) { At = Now });

    /// <summary>Drops what waits and tells the client why its connection is being closed.</summary>
    public void End(SessionFault why, string reason)
    {
        if (ending)
        {
            return;
        }

        ending = true;
        if (reason == CloseReasons.SlowClient)
        {
            metrics.SlowClient();
        }

        queue.End(new SessionEvent.Error(why.Code, why.Message, why.Setting) { At = Now }, new SessionEvent.Closed(reason) { At = Now }, time.GetTimestamp());
        // Still held, they follow the answer to Open: closed before it, a client would never have the session's token.
        wake.Writer.TryWrite(true);
    }

    /// <summary>The connection is gone: stops sending.</summary>
    public void Gone() => wake.Writer.TryComplete();

    private double Now => time.GetElapsedTime(created).TotalMilliseconds;

    private async Task SendAll()
    {
        Exception? fault = null;
        try
        {
            while (await wake.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                wake.Reader.TryRead(out _);
                while (!held && queue.TryTake(out var item))
                {
                    if (item.Frame is { } frame)
                    {
                        await send("audio", frame.Arguments).ConfigureAwait(false);
                        metrics.FrameOut();
                    }
                    else
                    {
                        eventArgument[0] = new WireEvent(item.Event!);
                        await send("event", eventArgument).ConfigureAwait(false);
                    }

                    queue.Sent(item);
                    if (item.Event is SessionEvent.Closed)
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception failed)
        {
            // Whatever it was, this connection cannot be spoken to; the session waits for the next one.
            fault = failed;
        }
        finally
        {
            ending = true;
            finished(this, fault);
        }
    }
}
