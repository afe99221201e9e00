using Conversation.Grains.Ordering;
using Conversation.Grains.Sessions;
using Conversation.Sessions;

namespace Conversation.Grains.Gateways;

/// <content>What the session sends: put in order again, and brought to the client.</content>
internal sealed partial class RemoteSession
{
    public Task FrameAsync(long epoch, long order, AudioOut frame) => Take(epoch, order, frame);

    public Task EventAsync(long epoch, long order, SessionEvent message) => Take(epoch, order, message);

    public Task<long> MovingAsync(long epoch)
    {
        lock (input)
        {
            if (epoch < this.epoch)
            {
                // Late: it has moved since. Held again, the caller would never be heard any more.
                return Task.FromResult(long.MaxValue);
            }

            held = true;
        }

        lock (output)
        {
            return Task.FromResult(epoch == heardEpoch ? inOrder!.Due : 0);
        }
    }

    public Task MovedAsync(long epoch, long lastSequence)
    {
        Adopt(epoch, lastSequence);
        return Task.CompletedTask;
    }

    private Task Take(long from, long order, object message)
    {
        lock (output)
        {
            if (over)
            {
                return Task.CompletedTask;
            }

            // What a session says first may be here before the answer to opening it, or before it says that it has moved.
            if (from >= heardEpoch)
            {
                Order(from);
                inOrder!.Take(order, message);
            }
        }

        return Task.CompletedTask;
    }

    private void Order(long next)
    {
        if (heardEpoch == next)
        {
            return;
        }

        heardEpoch = next;
        inOrder ??= new InOrder<object>(Deliver, time);
        inOrder.Begin();
    }

    private void Deliver(object message)
    {
        if (message is AudioOut frame)
        {
            overflow.Add(frame);
        }
        else
        {
            if (message is SessionEvent.SettingsChanged changed)
            {
                settings = changed.Settings;
            }

            overflow.Add((SessionEvent)message);
            if (message is SessionEvent.Closed)
            {
                over = true;
                gone(this);
            }
        }

        // Also of one that has closed: its last words may still wait.
        if (overflow.Any && offering is null)
        {
            offering = time.CreateTimer(_ => OfferAgain(), null, OfferEvery, OfferEvery);
        }
    }

    private void OfferAgain()
    {
        lock (output)
        {
            overflow.Offer();
            if (!overflow.Any)
            {
                offering?.Dispose();
                offering = null;
            }
        }
    }
}
