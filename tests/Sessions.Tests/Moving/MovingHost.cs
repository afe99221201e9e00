using System.Collections.Concurrent;
using Conversation.Conformance.Engines;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Moving;
using Conversation.Sessions.Pump;
using Conversation.TestKit;

namespace Conversation.Sessions.Tests.Moving;

/// <summary>A host whose sessions' inputs are handled when the test says so, one after the other, as on a grain's scheduler; with engines of its own.</summary>
internal sealed class MovingHost : ISessionKeeper, IDisposable
{
    private readonly ConcurrentQueue<IThreadPoolWorkItem> work = new();
    private readonly SemaphoreSlim news = new(0);
    private readonly SessionEngines engines;
    private readonly SessionFactory factory;

    public MovingHost(ManualTime time)
    {
        Fakes = new FakeEngines(time) { AtOnce = true };
        engines = Fakes.ForHost();
        factory = Fakes.Factory(engines, new SessionHostOptions { Responder = "echo" });
    }

    public FakeEngines Fakes { get; }

    /// <summary>Whether what changes is written at once; else never.</summary>
    public bool Writes { get; set; } = true;

    /// <summary>Why a session closed.</summary>
    public string? Reason { get; private set; }

    public Action<IThreadPoolWorkItem> Schedule => item =>
    {
        work.Enqueue(item);
        news.Release();
    };

    public LiveSession Open(OpenSession request, ISessionClient client)
    {
        var session = factory.Create(request, "s-moving", ResumeToken.Hash("token"), null, this);
        session.Start(client);
        return session;
    }

    public LiveSession GoOn(SessionMove move, ISessionClient? client) => factory.GoOn(move, client, this);

    public void Changed(LiveSession session)
    {
        if (Writes)
        {
            Schedule(new Write(session));
        }
    }

    public void Closed(LiveSession session, string reason) => Reason = reason;

    /// <summary>Handles all there is.</summary>
    public void Run()
    {
        while (work.TryDequeue(out var item))
        {
            item.Execute();
        }
    }

    /// <summary>Handles what comes until <paramref name="happened"/>.</summary>
    public void Until(Func<bool> happened, Func<string> otherwise)
    {
        var from = TimeProvider.System.GetTimestamp();
        for (Run(); !happened(); Run())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(from) < Patience.Long, otherwise());
            news.Wait(TimeSpan.FromMilliseconds(1));
        }
    }

    public void Dispose()
    {
        engines.Pacing.Dispose();
        news.Dispose();
    }

    private sealed class Write(LiveSession session) : IThreadPoolWorkItem
    {
        public void Execute() => session.Written(session.Record(0).Turns.Count, last: false);
    }
}
