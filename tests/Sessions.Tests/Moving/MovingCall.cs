using System.Text.Json;
using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Moving;
using Conversation.TestKit;

namespace Conversation.Sessions.Tests.Moving;

/// <summary>A call under virtual time that can be moved to another host at any moment. Its client notices every sample and event that is out of place.</summary>
internal sealed class MovingCall : IDisposable
{
    public const int Word = 24_000 / ScriptedSpeaker.WordRate;
    public static readonly TimeSpan Message = TimeSpan.FromMilliseconds(20);

    private readonly OpenSession request;
    private readonly List<MovingHost> hosts = [];
    private long sequence;

    public MovingCall(OpenSession? request = null)
    {
        this.request = request ?? Caller.AtPace;
        Host = NewHost();
        Client = new TestClient(hearsAtOnce: false);
        Session = Host.Open(this.request, Client);
        Run();
    }

    public ManualTime Time { get; } = new();

    public MovingHost Host { get; private set; }

    public LiveSession Session { get; private set; }

    public TestClient Client { get; private set; }

    /// <summary>The move that was last made.</summary>
    public SessionMove? Moved { get; private set; }

    /// <summary>What the engines of the present host do.</summary>
    public SessionScript Script => Host.Fakes["s-moving"];

    /// <summary>Everything that any recogniser was given, in order.</summary>
    public IReadOnlyList<float[]> Recognized => [.. hosts.SelectMany(host => host.Fakes["s-moving"].Recognitions).Select(asked => asked.Samples)];

    public void Say(string words) => Push(SpokenWords.Say(words, request.InputRate));

    public void Quiet(double milliseconds) => Push(SpokenWords.Silence(TimeSpan.FromMilliseconds(milliseconds), request.InputRate));

    /// <summary>As it is said: a message every 20 ms.</summary>
    public void Push(ReadOnlySpan<short> pcm)
    {
        var message = request.InputRate / 50;
        while (!pcm.IsEmpty)
        {
            var part = pcm[..Math.Min(message, pcm.Length)];
            pcm = pcm[part.Length..];
            Time.Advance(Message);
            Assert.Null(Session.PushAudio(sequence++, part));
            Run();
        }
    }

    public void Run() => Host.Run();

    public void Until(Func<bool> happened) => Host.Until(happened, () => Client.ToString());

    public T Await<T>(Func<T, bool>? match = null)
        where T : SessionEvent
    {
        T? found = null;
        Until(() => (found = Client.All<T>().FirstOrDefault(e => match is null || match(e))) is not null);
        return found!;
    }

    /// <summary>Types, and waits until all of the answer is made.</summary>
    public SessionEvent.ReplyStarted Ask(string text)
    {
        var before = Client.All<SessionEvent.ReplyStarted>().Count;
        Assert.Null(Session.Type(text));
        Until(() => Client.All<SessionEvent.ReplyStarted>().Count > before);
        var started = Client.All<SessionEvent.ReplyStarted>()[before];
        Until(() => TextOf(started.Generation).EndsWith('.') && SentTo(started.Generation) > 0);
        return started;
    }

    /// <summary>What the client knows of a reply's text.</summary>
    public string TextOf(int generation) => string.Concat(Client.All<SessionEvent.ReplyText>().Where(text => text.Generation == generation).Select(text => text.Text));

    /// <summary>How far a reply was sent.</summary>
    public long SentTo(int generation) => Client.Frames(generation) is { Count: > 0 } frames ? frames[^1].End : 0;

    /// <summary>Lets so much of a reply be sent and heard.</summary>
    public void Listen(int generation, long samples)
    {
        while (SentTo(generation) < samples)
        {
            // Asked before the clock goes on: what is sent at once would be waited for once more.
            var due = SentTo(generation) + 1;
            Time.Advance(Message);
            Until(() => SentTo(generation) >= Math.Min(due, samples));
        }

        Session.Played(generation, samples);
        Run();
    }

    /// <summary>Listens to the end, and waits until the turn is told as over.</summary>
    public SessionEvent.TurnCompleted Finish(SessionEvent.ReplyStarted reply)
    {
        SessionEvent.ReplyEnded? ended = null;
        while (ended is null)
        {
            var before = SentTo(reply.Generation);
            Time.Advance(Message);
            Until(() => (ended = Client.All<SessionEvent.ReplyEnded>().FirstOrDefault(e => e.Generation == reply.Generation)) is not null || SentTo(reply.Generation) > before);
            Session.Played(reply.Generation, SentTo(reply.Generation));
            Run();
        }

        Session.Played(reply.Generation, ended.Samples);
        return Await<SessionEvent.TurnCompleted>(done => done.Turn == reply.Turn);
    }

    /// <summary>Asks until the moment is right, as a host that is being drained does.</summary>
    public void Move(MoveUrgency urgency, ISessionClient? to = null, bool present = true)
    {
        SessionMove? move = null;
        Until(() => (move = Session.TryFreeze(urgency, Time)) is not null);
        Carry(move!, to, present);
    }

    /// <summary>The session goes on elsewhere, a little later.</summary>
    public void Carry(SessionMove move, ISessionClient? to = null, bool present = true)
    {
        // Nothing comes of it any more at the host that it left, not even what is still being done there.
        Host.Run();
        Time.Advance(TimeSpan.FromMilliseconds(60));
        Moved = JsonSerializer.Deserialize<SessionMove>(JsonSerializer.SerializeToUtf8Bytes(move))!;
        Host = NewHost();
        Session = Host.GoOn(Moved, present ? to ?? Client : null);
        Assert.Equal(sequence - 1, Session.Pump.Input.LastSequence);
        Run();
    }

    /// <summary>The client comes back to where the session now is.</summary>
    public void Resume(int generation, long played)
    {
        Client = new TestClient(hearsAtOnce: false, resumes: true);
        Session.Attach(Client, new ResumeSession(Session.Id, "token", generation, played));
        Run();
    }

    /// <summary>What its client was told but for what depends on the machine, and audio.</summary>
    public string[] Story() =>
    [
        .. Client.Log.Where(sent => sent.Event is not (null or SessionEvent.TurnLatency)).Select(sent => sent.Event switch
        {
            SessionEvent.ReplyText e => $"{e.Generation}: '{e.Text}' {string.Join(' ', e.Words.Select(w => $"{w.Text}@{w.Start}-{w.End}"))}",
            { } e => (e with { At = 0 }).ToString()!,
            null => "",
        }),
    ];

    public void Orderly()
    {
        Assert.True(Client.Violations.Count == 0, Client.ToString());
        foreach (var frame in Client.Log.Where(sent => sent.IsFrame))
        {
            for (var i = 0; i < frame.Pcm.Length; i++)
            {
                Assert.Equal(ScriptedSpeaker.Sample("s-moving", frame.Position + i), frame.Pcm[i]);
            }
        }
    }

    public void Dispose()
    {
        foreach (var host in hosts)
        {
            host.Dispose();
        }
    }

    private MovingHost NewHost()
    {
        var host = new MovingHost(Time);
        hosts.Add(host);
        return host;
    }
}
