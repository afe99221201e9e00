using Conversation.Grains.Sessions;
using Conversation.Sessions;

namespace Conversation.Grains.Gateways;

/// <content>
/// What is asked of the session: brought there one at a time and in order, wherever it is by then. A reply that is asked for waits for the end of its turn, which travels
/// with the audio; what ends or stops something does not wait behind it.
/// </content>
internal sealed partial class RemoteSession
{
    private static readonly TimeSpan ControlWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ControlAgain = TimeSpan.FromMilliseconds(50);
    private readonly List<Asked> asked = [];
    private bool bringing;

    /// <summary>Something asked for, and when it was first tried.</summary>
    private sealed class Asked(SessionControl control)
    {
        public SessionControl Control => control;

        public long? Since { get; set; }

        /// <summary>Waits for a mark in the audio, not for a session on the move.</summary>
        public bool AwaitsEnd => control is { Answer: not null, After: >= 0 };

        /// <summary>About what goes on already, or about all of it: nothing that a reply which has not begun could change. Settings, words and further replies keep their order.</summary>
        public bool MayPass => control.Stop || control.IsParting || control.Call is not null;
    }

    private void Control(SessionControl control)
    {
        lock (input)
        {
            asked.Add(new Asked(control));
            if (!bringing)
            {
                bringing = true;
                _ = BringAsync();
            }
        }
    }

    private async Task BringAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (true)
        {
            Asked[] due;
            lock (input)
            {
                if (asked.Count == 0)
                {
                    bringing = false;
                    return;
                }

                due = [.. asked];
            }

            if (!await BringAsync(due).ConfigureAwait(false))
            {
                await Task.Delay(ControlAgain, time).ConfigureAwait(false);
            }
        }
    }

    /// <summary>False where something is to be tried again.</summary>
    private async Task<bool> BringAsync(Asked[] due)
    {
        // One epoch for all: a session that arrives meanwhile is not to hear the second before the first.
        var meant = Volatile.Read(ref epoch);
        var awaits = false;
        foreach (var item in due)
        {
            if (awaits && !item.MayPass)
            {
                continue;
            }

            item.Since ??= time.GetTimestamp();
            if (await TryAsync(meant, item.Control).ConfigureAwait(false) || GivesUp(item))
            {
                lock (input)
                {
                    asked.Remove(item);
                }
            }
            else if (item.AwaitsEnd)
            {
                awaits = true;
                lock (input)
                {
                    outbox.EndAgain(item.Control.After, Send);
                }
            }
            else
            {
                return false;
            }
        }

        return !awaits;
    }

    private async Task<bool> TryAsync(long meant, SessionControl control)
    {
        try
        {
            return await grain.ControlAsync(meant, control).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogNotAnswered(id, fault);
            return false;
        }
    }

    private bool GivesUp(Asked item)
    {
        if ((!over || item.Control.IsParting) && time.GetElapsedTime(item.Since!.Value) < ControlWithin)
        {
            return false;
        }

        if (!over)
        {
            client.Send(new SessionEvent.Error("not_delivered", "What was asked did not reach the session. Ask again.", item.Control.Answer is null ? null : "answer"));
        }

        return true;
    }
}
