using System.Collections.Concurrent;
using Conversation.Sessions;

namespace Conversation.Gateway.Tests.Support;

/// <summary>Scripted sessions: what the carrier did to them is written down, what they do the test decides.</summary>
internal sealed class FakeSessions : ISessions
{
    public ConcurrentDictionary<string, FakeSession> All { get; } = new();

    /// <summary>Run within Open, before it answers.</summary>
    public Action<FakeSession>? Opening { get; set; }

    /// <summary>Refuses every Open.</summary>
    public SessionFault? Fault { get; set; }

    public FakeSession Single => All.Values.Single();

    public SessionCatalog Catalog { get; } = new()
    {
        Tiers = [new TierInfo("fast", "Fast", [new VoiceInfo("v3", "Ada", "en-US")])],
        Responders = ["frontdesk"],
        Device = "CPU",
    };

    public Task<OpenResult> OpenAsync(OpenSession request, ISessionClient client, CancellationToken cancellation)
    {
        if (Fault is not null)
        {
            return Task.FromResult(new OpenResult(null, null, Fault));
        }

        FakeSession? session;
        if (request.Resume is { } resume)
        {
            if (!All.TryGetValue(resume.Session, out session) || resume.Token != session.Token)
            {
                return Task.FromResult(new OpenResult(null, null, new SessionFault("unknown_session", "No such session.", "resume")));
            }
        }
        else
        {
            // Numbered one by one, and whole before a test can see it.
            lock (All)
            {
                session = new FakeSession($"s{All.Count}") { Client = client, Request = request };
                All[session.Id] = session;
            }
        }

        session.Client = client;
        session.Request = request;
        Opening?.Invoke(session);
        return Task.FromResult(new OpenResult(session, new OpenedSession
        {
            Session = session.Id,
            Token = session.Token,
            OutputRate = request.OutputRate,
            FrameSamples = request.OutputRate / 50,
            Resumed = request.Resume is not null,
            LastSequence = session.LastSequence,
            Settings = request.Settings,
        }, null));
    }
}

/// <summary>A session that keeps what it is given.</summary>
internal sealed class FakeSession(string id) : ISession
{
    private readonly Lock gate = new();
    private readonly List<string> calls = [];

    public string Id { get; } = id;

    public string Token { get; } = "token-" + id;

    public ISessionClient Client { get; set; } = null!;

    public OpenSession Request { get; set; } = null!;

    public long LastSequence { get; private set; } = -1;

    public ConcurrentQueue<short> Heard { get; } = new();

    public SemaphoreSlim Called { get; } = new(0);

    public TaskCompletionSource Detached { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What PushAudio does first, if anything.</summary>
    public Action? OnAudio { get; set; }

    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    public SessionFault? PushAudio(long sequence, ReadOnlySpan<short> pcm)
    {
        OnAudio?.Invoke();
        LastSequence = sequence;
        foreach (var sample in pcm)
        {
            Heard.Enqueue(sample);
        }

        Note($"audio {sequence} {pcm.Length}");
        return null;
    }

    public void Played(int generation, long samples) => Note($"played {generation} {samples}");

    public SessionFault? Type(string text)
    {
        Note($"text {text}");
        return text == "refuse me" ? new SessionFault("busy_typing", "Not now.") : null;
    }

    public SessionFault? Stop()
    {
        Note("stop");
        return null;
    }

    public SessionFault? EndTurn(bool keep = true)
    {
        Note(keep ? "end turn" : "drop turn");
        return null;
    }

    /// <summary>What Answer does first, if anything.</summary>
    public Action? OnAnswer { get; set; }

    /// <summary>The last reply that was asked for.</summary>
    public ReplyRequest? Asked { get; private set; }

    public SessionFault? Answer(ReplyRequest request)
    {
        OnAnswer?.Invoke();
        Asked = request;
        Note($"answer {request.Text}");
        return null;
    }

    /// <summary>What was asked for beside the conversation.</summary>
    public ConcurrentQueue<AsideRequest> Asides { get; } = new();

    /// <summary>Refuses what is asked for beside the conversation.</summary>
    public SessionFault? AsideFault { get; set; }

    public SessionFault? Aside(AsideRequest request)
    {
        Asides.Enqueue(request);
        Note("aside");
        return AsideFault;
    }

    /// <summary>The settings that came last.</summary>
    public SessionSettings? Settings { get; private set; }

    public SessionFault? GiveResult(string call, string result)
    {
        Note($"result {call} {result}");
        return null;
    }

    public SessionFault? Configure(SessionSettings settings)
    {
        Settings = settings;
        Note($"configure {settings.Voice}");
        return settings.Voice == "nobody" ? new SessionFault("bad_setting", "No such voice.", "voice") : null;
    }

    public void Detach(ISessionClient client)
    {
        Note("detach");
        Detached.TrySetResult();
    }

    public void Close(string reason)
    {
        Note($"close {reason}");
        Client.Send(new SessionEvent.Closed(reason));
    }

    private void Note(string call)
    {
        lock (gate)
        {
            calls.Add(call);
        }

        Called.Release();
    }
}

/// <summary>Speaks in ramps: a hundred samples a character.</summary>
internal sealed class FakeSpeech : ISpeechService
{
    public TaskCompletionSource? Gate { get; set; }

    public async Task<SpeechResult> SpeakAsync(SpeechRequest request, CancellationToken cancellation)
    {
        if (Gate is not null)
        {
            await Gate.Task.WaitAsync(cancellation);
        }

        return request.Voice == "nobody"
            ? SpeechResult.Refused(new SessionFault("bad_setting", "No such voice.", "voice"))
            : new SpeechResult(Pieces(request.Text.Length), request.Rate, null);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<short>> Pieces(int count)
    {
        for (var piece = 0; piece < count; piece++)
        {
            await Task.Yield();
            yield return Enumerable.Range(piece * 100, 100).Select(value => (short)value).ToArray();
        }
    }
}

/// <summary>Not ready until told.</summary>
internal sealed class FakeReadiness : IReadiness
{
    public IReadOnlyList<string> Pending { get; set; } = [];
}
