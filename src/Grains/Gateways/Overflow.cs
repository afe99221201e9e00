using System.Runtime.InteropServices;
using Conversation.Grains.Sessions;
using Conversation.Sessions;

namespace Conversation.Grains.Gateways;

/// <summary>
/// Between a session elsewhere and a client here that does not take its audio at the moment: keeps what came, in order, and offers it again. A cancelled reply's frames
/// are dropped. The session sends at most a second more than was heard, and a client that takes nothing is closed, so what waits here is bounded. Not thread-safe.
/// </summary>
internal sealed class Overflow(ISessionClient client)
{
    private readonly LinkedList<(AudioOut? Frame, SessionEvent? Event)> waiting = new();

    /// <summary>Whether something waits.</summary>
    public bool Any => waiting.Count > 0;

    public void Add(AudioOut frame)
    {
        if (waiting.Count > 0 || !Offer(frame))
        {
            waiting.AddLast((frame, null));
        }
    }

    public void Add(SessionEvent message)
    {
        if (message is SessionEvent.PlayoutCancelled cancelled)
        {
            for (var node = waiting.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Frame is { } frame && frame.Generation <= cancelled.Generation)
                {
                    waiting.Remove(node);
                }

                node = next;
            }
        }

        // Silence must not wait behind sound; the rest keeps its place.
        if (waiting.Count == 0 || message is SessionEvent.PlayoutPaused or SessionEvent.PlayoutCancelled)
        {
            client.Send(message);
        }
        else
        {
            waiting.AddLast((null, message));
        }
    }

    /// <summary>Offers again what waits.</summary>
    public void Offer()
    {
        while (waiting.First is { } first)
        {
            if (first.Value.Frame is { } frame && !Offer(frame))
            {
                return;
            }

            waiting.RemoveFirst();
            if (first.Value.Event is { } message)
            {
                client.Send(message);
            }
        }
    }

    private bool Offer(AudioOut frame) => client.TrySendAudio(frame.Generation, frame.Position, MemoryMarshal.Cast<byte, short>(frame.Pcm));
}
