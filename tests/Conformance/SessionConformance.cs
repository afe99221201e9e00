using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Sessions;

namespace Conversation.Conformance;

/// <summary>What every host of sessions does, whatever it is made of. A host's tests derive from this and say how it is started.</summary>
public abstract partial class SessionConformance : IAsyncLifetime
{
    private readonly List<Caller> callers = [];
    private IConformanceHost? host;

    /// <summary>Samples of a word at the default output rate.</summary>
    protected const int Word = 24_000 / ScriptedSpeaker.WordRate;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Whatever a test was about: no client is ever sent what it must not be, nor a sample that is not its own.</summary>
    public async Task DisposeAsync()
    {
        try
        {
            foreach (var caller in callers)
            {
                Assert.True(caller.Client.Violations.Count == 0, caller.Client.ToString());
                foreach (var frame in caller.Client.Log.Where(sent => sent.IsFrame))
                {
                    for (var i = 0; i < frame.Pcm.Length; i++)
                    {
                        Assert.Equal(ScriptedSpeaker.Sample(caller.Id, frame.Position + i), frame.Pcm[i]);
                    }
                }
            }
        }
        finally
        {
            foreach (var caller in callers)
            {
                caller.Session.Close("client");
            }

            if (host is not null)
            {
                await host.DisposeAsync();
            }
        }
    }

    /// <summary>Starts the host under test, or lends one that others have used.</summary>
    protected abstract Task<IConformanceHost> StartAsync(ConformanceSetup setup);

    private async Task<IConformanceHost> HostAsync(ConformanceSetup? setup = null) => host = await StartAsync(setup ?? ConformanceSetup.Default);

    private async Task<Caller> OpenAsync(OpenSession? request = null, bool hearsAtOnce = true, int gateway = 0)
    {
        host ??= await HostAsync();
        return Keep(await Caller.OpenAsync(host.Gateway(gateway), request, new TestClient(hearsAtOnce)));
    }

    private Caller Keep(Caller caller)
    {
        lock (callers)
        {
            callers.Add(caller);
        }

        return caller;
    }

    private async Task<SessionFault> RefusedAsync(OpenSession request, int gateway = 0)
    {
        host ??= await HostAsync();
        var result = await host.Gateway(gateway).OpenAsync(request, new TestClient(), CancellationToken.None).WaitAsync(Patience.Long, TimeProvider.System);
        Assert.Null(result.Session);
        Assert.Null(result.Opened);
        return Assert.IsType<SessionFault>(result.Fault);
    }

    /// <summary>The caller types, and the answer is heard to its end.</summary>
    private static async Task<SessionEvent.TurnCompleted> TypedAsync(Caller call, string text)
    {
        Assert.Null(call.Session.Type(text));
        return await call.Client.NextAsync<SessionEvent.TurnCompleted>(done => done.User == text);
    }

    /// <summary>A story is being told, and more than half a second of it was sent.</summary>
    private static async Task<SessionEvent.ReplyStarted> StoryAsync(Caller call)
    {
        Assert.Null(call.Session.Type("tell me a story"));
        var started = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        await call.Client.EverAsync<SessionEvent.ReplyText>(clause => clause.Generation == started.Generation && clause.Text.StartsWith("who lived", StringComparison.Ordinal));
        await call.Client.SentToAsync(started.Generation, 6 * Word);
        return started;
    }
}
