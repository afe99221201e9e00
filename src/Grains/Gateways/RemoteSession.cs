using Conversation.Grains.Ordering;
using Conversation.Grains.Sessions;
using Conversation.Sessions;
using Conversation.Sessions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conversation.Grains.Gateways;

/// <summary>
/// A client's side of a session that is a grain: carries audio and control there, and brings frames and events back. Knows when the session moves, and when it is lost;
/// then it tells the client, which resumes by itself.
/// </summary>
internal sealed partial class RemoteSession(
    string id,
    OpenSession request,
    ISessionClient client,
    ISessionGrain grain,
    SessionCatalog catalog,
    TimeProvider time,
    ILogger logger,
    Action<RemoteSession> gone) : ISession, ISessionObserver, IDisposable
{
    private static readonly TimeSpan OfferEvery = TimeSpan.FromMilliseconds(20);

    private readonly Lock input = new();
    private readonly Lock output = new();
    private readonly InputOutbox outbox = new(request.InputRate);
    private readonly Overflow overflow = new(client);
    private InOrder<object>? inOrder;
    private SessionSettings settings = request.Settings;
    private ITimer? offering;
    private long epoch;
    private long sent;
    private (int Generation, long Samples)? played;
    private long heardEpoch;
    private volatile bool held;
    private volatile bool over;
    private int pinging;

    public string Id => id;

    /// <summary>This connection, as the session knows it.</summary>
    public Guid Connection { get; } = Guid.NewGuid();

    /// <summary>The reference by which the grain reaches this; held, as Orleans itself does not hold it.</summary>
    public ISessionObserver? Observer { get; set; }

    /// <summary>The session is open.</summary>
    public void Begin(long begun, OpenedSession opened)
    {
        settings = opened.Settings;
        lock (input)
        {
            epoch = epoch == 0 ? begun : epoch;
            outbox.Begin(opened.LastSequence);
        }
    }

    public SessionFault? PushAudio(long sequence, ReadOnlySpan<short> pcm)
    {
        if (pcm.Length > request.InputRate)
        {
            return new SessionFault("audio_too_long", $"One Audio message holds at most one second ({request.InputRate} samples); this one holds {pcm.Length}.", "pcm");
        }

        lock (input)
        {
            outbox.Add(sequence, pcm, Send);
        }

        return null;
    }

    public void Played(int generation, long samples)
    {
        lock (input)
        {
            played = (generation, samples);
            if (!held && !over)
            {
                grain.PlayedAsync(epoch, generation, samples).Ignore();
            }
        }
    }

    public SessionFault? Type(string text)
    {
        var (trimmed, fault) = LiveSession.CheckText(text);
        if (fault is null)
        {
            Control(new SessionControl { Text = trimmed });
        }

        return fault;
    }

    public SessionFault? Configure(SessionSettings changes)
    {
        if (SettingsCheck.Check(SettingsCheck.Merge(settings, changes), catalog) is { } fault)
        {
            return fault;
        }

        Control(new SessionControl { Settings = changes });
        return null;
    }

    public SessionFault? Stop()
    {
        Control(new SessionControl { Stop = true });
        return null;
    }

    public SessionFault? GiveResult(string call, string result)
    {
        Control(new SessionControl { Call = call, Result = result });
        return null;
    }

    public SessionFault? EndTurn(bool keep = true)
    {
        lock (input)
        {
            outbox.End(keep, Send);
        }

        return null;
    }

    public SessionFault? Answer(ReplyRequest reply)
    {
        if (SettingsCheck.Check(reply) is { } fault)
        {
            return fault;
        }

        lock (input)
        {
            Control(new SessionControl { Answer = reply, After = outbox.LastEnd });
        }

        return null;
    }

    public SessionFault? Aside(AsideRequest aside)
    {
        if (SettingsCheck.Check(aside, request.InputRate) is { } fault)
        {
            return fault;
        }

        Control(new SessionControl { Aside = aside });
        return null;
    }

    public void Detach(ISessionClient left)
    {
        if (!over)
        {
            Control(new SessionControl { Gone = Connection });
        }

        Dispose();
    }

    public void Close(string reason) => Control(new SessionControl { CloseReason = reason });

    /// <summary>Tells the client what its session does not know of.</summary>
    public void Tell(SessionEvent message)
    {
        lock (output)
        {
            if (!over)
            {
                overflow.Add(message);
            }
        }
    }

    /// <summary>Asks the session whether it is still there and this its client.</summary>
    public void Ping()
    {
        if (over)
        {
            return;
        }

        lock (output)
        {
            inOrder?.Look();
        }

        if (Interlocked.Exchange(ref pinging, 1) == 0)
        {
            _ = PingAsync();
        }
    }

    public void Dispose()
    {
        over = true;
        lock (output)
        {
            offering?.Dispose();
        }

        gone(this);
    }

    private void Send(AudioIn audio)
    {
        if (!held && !over)
        {
            grain.AudioAsync(epoch, Connection, sent++, audio).Ignore();
        }
    }

    private void Adopt(long next, long lastSequence)
    {
        lock (input)
        {
            if (next > epoch)
            {
                lock (output)
                {
                    Order(next);
                }

                epoch = next;
                sent = 0;
                held = false;
                outbox.Again(lastSequence, Send);
                if (played is { } last && !over)
                {
                    // Said on the way it was heard by neither, and who has heard all says nothing more.
                    grain.PlayedAsync(epoch, last.Generation, last.Samples).Ignore();
                }
            }
            else if (next == epoch)
            {
                held = false;
                outbox.Acknowledge(lastSequence);
            }
        }
    }

    private async Task PingAsync()
    {
        var asked = Volatile.Read(ref epoch);
        try
        {
            var answer = await grain.PingAsync(Connection).ConfigureAwait(false);
            if (asked != Volatile.Read(ref epoch))
            {
                // The session has moved meanwhile and said so: what it answered before is no news.
            }
            else if (answer.Live)
            {
                if (answer.Epoch != Volatile.Read(ref epoch) || !held)
                {
                    Adopt(answer.Epoch, answer.LastSequence);
                }
            }
            else if (answer.Epoch != 0)
            {
                Ended(CloseReasons.TakenOver);
            }
            else if (!over)
            {
                LogLost(id);
                Ended(CloseReasons.SessionLost);
            }
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Its silo may be going down, or the cluster finding out that it has: the next ping tells.
            LogNotAnswered(id, fault);
        }
        finally
        {
            Volatile.Write(ref pinging, 0);
        }
    }

    private void Ended(string reason)
    {
        lock (output)
        {
            if (!over)
            {
                over = true;
                client.Send(new SessionEvent.Closed(reason));
            }
        }

        gone(this);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Session {Session} did not answer")]
    private partial void LogNotAnswered(string session, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Session {Session} is not there any more; its client is told to resume")]
    private partial void LogLost(string session);
}
