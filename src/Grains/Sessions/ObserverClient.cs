using System.Runtime.InteropServices;
using Conversation.Sessions;

namespace Conversation.Grains.Sessions;

/// <summary>A session's client, reached through its gateway's observer. What is sent is numbered: the gateway sees what is missing and puts right what came out of order.</summary>
internal sealed class ObserverClient(ISessionObserver observer, Guid connection, long epoch) : ISessionClient
{
    private readonly Lock gate = new();
    private long order;

    public ISessionObserver Observer => observer;

    /// <summary>The connection it is.</summary>
    public Guid Connection => connection;

    /// <summary>How much was sent.</summary>
    public long Sent
    {
        get
        {
            lock (gate)
            {
                return order;
            }
        }
    }

    public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm)
    {
        var frame = new AudioOut(generation, position, MemoryMarshal.AsBytes(pcm).ToArray());
        lock (gate)
        {
            observer.FrameAsync(epoch, order++, frame).Ignore();
        }

        return true;
    }

    public void Send(SessionEvent message)
    {
        lock (gate)
        {
            observer.EventAsync(epoch, order++, message).Ignore();
        }
    }
}
