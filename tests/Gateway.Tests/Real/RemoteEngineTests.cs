using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Conversation.Gateway.Hosting;
using Conversation.Sessions.Composition;
using Conversation.TestKit.Remote;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Conversation.Gateway.Tests.Real;

/// <summary>The whole platform with engines on another server, which dies in the middle of a call.</summary>
[Collection("real")]
public sealed class RemoteEngineTests : IAsyncLifetime
{
    private readonly AudioApiServer server = new();
    private readonly string folder = Directory.CreateTempSubdirectory("conversation-remote-").FullName;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private WebApplication app = null!;

    public async Task InitializeAsync()
    {
        app = GatewayProgram.Build(
            ["--urls", "http://127.0.0.1:0", "--Engines:Expressive=false", "--Engines:Variation=0", $"--Store:Path={Path.Combine(folder, "sessions.db")}",
                $"--Engines:Remote:Synthesis:studio:BaseUrl={server.BaseUrl}", "--Engines:Remote:Synthesis:studio:Model=voice-1", "--Engines:Remote:Synthesis:studio:Voices:0=nova", "--Engines:Remote:Synthesis:studio:Name=Studio",
                "--Engines:Remote:Synthesis:studio:FirstByteWithin=00:00:10", "--Engines:Remote:Synthesis:studio:StallAfter=00:00:10",
                $"--Engines:Remote:Recognition:BaseUrl={server.BaseUrl}", "--Engines:Remote:Recognition:Model=ear-1", "--Engines:Remote:Recognition:Deadline=00:00:10", "--Turns:Recognition:FinalWait=00:00:05"],
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddConversation(builder.Configuration);
            });
        await app.StartAsync();
        http.BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async Task DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        http.Dispose();
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_voice_dies_in_mid_clause_and_the_call_goes_on_with_the_one_here()
    {
        var catalog = await http.GetFromJsonAsync<JsonObject>("/api/catalog");
        Assert.Contains(catalog!["tiers"]!.AsArray(), tier => (string?)tier!["id"] == "studio" && (string?)tier["name"] == "Studio" && (string?)tier["voices"]![0]!["id"] == "nova");

        await using var caller = await RealCaller.Call(http.BaseAddress!, new CallOptions { Settings = new { greet = false, tier = "studio" } });
        var warmedUp = Spoken().Count;
        server.Transcript = "What are your opening hours?";
        var mumbled = await RealGateway.Speak(http, "What are your opening hours, please?");
        caller.Say(mumbled);
        var first = await caller.Event("turn.completed");
        Assert.Equal("What are your opening hours?", (string?)first["user"]);

        // What was prepared on other words may have been asked for, given up and asked for again.
        Assert.Equal((string?)first["reply"], string.Join(' ', Spoken().Skip(warmedUp).Distinct()));
        Assert.Empty((await Health())["degraded"]!.AsArray());

        // From now on every clause breaks off after three quarters of a second, and nothing is transcribed.
        server.Script = async call =>
        {
            if (!call.Request.Path.EndsWith("speech", StringComparison.Ordinal))
            {
                call.Cut();
                return;
            }

            await call.HeadAsync(200, "audio/pcm");
            await call.SendAsync(AudioApiServer.Speech("These are fifteen.").AsMemory(0, 36_000));
            call.Cut();
        };
        var asked = Spoken().Count;
        caller.Say(await RealGateway.Speak(http, "And where are you located?"));
        var second = await caller.Event("turn.completed", e => (int)e["turn"]! > (int)first["turn"]!);
        Assert.Contains("located", (string?)second["user"], StringComparison.OrdinalIgnoreCase);
        Assert.False((bool)second["interrupted"]!);
        Assert.True(((string?)second["reply"])!.Length > 20, (string?)second["reply"]);
        Assert.Equal(asked + 1, Spoken().Count);
        Assert.DoesNotContain("\"type\":\"error\"", caller.Trace, StringComparison.Ordinal);

        caller.Say(await RealGateway.Speak(http, "Thank you. Which doctors do you have?"));
        var third = await caller.Event("turn.completed", e => (int)e["turn"]! > (int)second["turn"]!);
        Assert.True(((string?)third["reply"])!.Length > 10, (string?)third["reply"]);
        var health = await Health();
        Assert.Equal("ready", (string?)health["status"]);
        Assert.Contains(health["degraded"]!.AsArray(), line => ((string?)line)!.StartsWith("recognition: ", StringComparison.Ordinal));
    }

    private List<string> Spoken() => [.. server.Requests.Where(r => r.Path.EndsWith("speech", StringComparison.Ordinal)).Select(r => r.Json.GetProperty("input").GetString()!)];

    private async Task<JsonObject> Health() => (await http.GetFromJsonAsync<JsonObject>("/health"))!;
}
