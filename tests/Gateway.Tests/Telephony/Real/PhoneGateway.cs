using System.Collections.Concurrent;
using Conversation.Gateway.Hosting;
using Conversation.Gateway.Telephony.AudioSocket;
using Conversation.Gateway.Tests.Real;
using Conversation.Sessions;
using Conversation.Sessions.Composition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Conversation.Gateway.Tests.Telephony.Real;

/// <summary>A gateway with the real models that takes calls, and what its sessions told.</summary>
internal sealed class PhoneGateway : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("conversation-phone-").FullName;
    private WebApplication app = null!;
    private int open;
    private HttpClient http = null!;

    public ConcurrentQueue<SessionEvent> Events { get; } = new();

    /// <summary>What was opened for each call.</summary>
    public ConcurrentQueue<OpenSession> Opened { get; } = new();

    /// <summary>What the gateway wrote into its log.</summary>
    public ConcurrentQueue<string> Said { get; } = new();

    public IServiceProvider Services => app.Services;

    /// <summary>The demo flow's book of appointments.</summary>
    public string Appointments => Path.Combine(folder, "appointments.json");

    public Uri Address => http.BaseAddress!;

    public int AudioSocketPort => app.Services.GetRequiredService<AudioSocketListener>().EndPoint!.Port;

    /// <summary>Sessions of calls that have not closed yet.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>Calls by AudioSocket open now.</summary>
    public int Calls => app.Services.GetRequiredService<AudioSocketListener>().Count;

    public static async Task<PhoneGateway> Start(params string[] settings)
    {
        var gateway = new PhoneGateway();
        string[] clinic = ["--Dialog:Responders:clinic:File", "flows/clinic.yaml", "--Dialog:Responders:clinic:AppointmentsFile", gateway.Appointments];
        gateway.app = GatewayProgram.Build(["--urls", "http://127.0.0.1:0", "--Engines:Expressive=false", "--Engines:Variation=0", $"--Store:Path={Path.Combine(gateway.folder, "sessions.db")}", "--Gateway:AudioSocket:Port", "0", "--Gateway:AudioSocket:Default:Greet", "false",
            "--Gateway:ChanWebSocket:Enabled", "true", "--Gateway:ChanWebSocket:Password", "pass word", "--Gateway:ChanWebSocket:Default:Greet", "false", .. clinic, .. settings], builder =>
        {
            builder.Logging.ClearProviders().AddProvider(new Words(gateway.Said));
            builder.Services.AddConversation(builder.Configuration);
            var real = builder.Services.Last(service => service.ServiceType == typeof(ISessions));
            builder.Services.Remove(real);
            builder.Services.AddSingleton<ISessions>(provider => new Overheard((ISessions)real.ImplementationFactory!(provider), gateway));
        });
        await gateway.app.StartAsync();
        gateway.http = new HttpClient { BaseAddress = new Uri(gateway.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        return gateway;
    }

    public Task<byte[]> Speak(string text, int rate = 8_000) => RealGateway.Speak(http, text, rate);

    /// <summary>The first event of a kind, come or to come.</summary>
    public async Task<T> Event<T>(Predicate<T>? fits = null)
        where T : SessionEvent
    {
        for (var tries = 0; tries < 1_500; tries++)
        {
            if (Events.OfType<T>().FirstOrDefault(e => fits?.Invoke(e) ?? true) is { } found)
            {
                return found;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"No {typeof(T).Name} came. What came:{Environment.NewLine}{Trace}");
    }

    /// <summary>The turn that was completed after so many others.</summary>
    public async Task<SessionEvent.TurnCompleted> Turn(int number)
    {
        for (var tries = 0; tries < 2_000; tries++)
        {
            if (Events.OfType<SessionEvent.TurnCompleted>().ElementAtOrDefault(number) is { } turn)
            {
                return turn;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"No further turn came. What came:{Environment.NewLine}{Trace}");
    }

    /// <summary>What was told so far is of other calls.</summary>
    public void Forget()
    {
        Events.Clear();
        Opened.Clear();
        Said.Clear();
    }

    public string Trace => string.Join(Environment.NewLine, Opened.TakeLast(3).Select(request => request.ToString()).Concat(Events.Where(e => e is not SessionEvent.HypothesisDelta).Select(e => e.ToString())).Concat(Said.TakeLast(20)));

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Words(ConcurrentQueue<string> said) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                said.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }

    private sealed class Overheard(ISessions real, PhoneGateway gateway) : ISessions
    {
        public SessionCatalog Catalog => real.Catalog;

        public async Task<OpenResult> OpenAsync(OpenSession request, ISessionClient client, CancellationToken cancellation)
        {
            gateway.Opened.Enqueue(request);
            Interlocked.Increment(ref gateway.open);
            var result = await real.OpenAsync(request, new Ear(client, gateway), cancellation);
            Interlocked.Add(ref gateway.open, result.Session is null ? -1 : 0);
            return result;
        }
    }

    private sealed class Ear(ISessionClient client, PhoneGateway gateway) : ISessionClient
    {
        public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm) => client.TrySendAudio(generation, position, pcm);

        public void Send(SessionEvent message)
        {
            client.Send(message);
            gateway.Events.Enqueue(message);
            Interlocked.Add(ref gateway.open, message is SessionEvent.Closed ? -1 : 0);
        }
    }
}
