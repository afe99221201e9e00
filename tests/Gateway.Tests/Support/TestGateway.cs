using Conversation.Gateway.Hosting;
using Conversation.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Conversation.Gateway.Tests.Support;

/// <summary>A real gateway on a loopback port, over scripted sessions.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication app;

    private TestGateway(WebApplication app) => this.app = app;

    public FakeSessions Sessions { get; private init; } = null!;

    public FakeSpeech Speech { get; private init; } = null!;

    public FakeReadiness Readiness { get; private init; } = null!;

    public Uri Address { get; private init; } = null!;

    public HttpClient Http { get; private init; } = null!;

    public IServiceProvider Services => app.Services;

    public static async Task<TestGateway> Start(params string[] settings)
    {
        FakeSessions sessions = new();
        FakeSpeech speech = new();
        FakeReadiness readiness = new();
        var app = GatewayProgram.Build(["--urls", "http://127.0.0.1:0", .. settings], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<ISessions>(sessions);
            builder.Services.AddSingleton<ISpeechService>(speech);
            builder.Services.AddSingleton<IReadiness>(readiness);
        });
        await app.StartAsync();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return new TestGateway(app) { Sessions = sessions, Speech = speech, Readiness = readiness, Address = address, Http = new HttpClient { BaseAddress = address } };
    }

    public Task<RawClient> Connect() => RawClient.Connect(Address);

    public Task Stop() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }
}
