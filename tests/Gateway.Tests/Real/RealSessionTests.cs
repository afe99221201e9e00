using System.Net.Http.Json;
using Conversation.Gateway.Hosting;
using Conversation.Sessions.Composition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Conversation.Gateway.Tests.Real;

/// <summary>One gateway with the real models for the tests below; they run alone, for they keep time.</summary>
public sealed class RealGateway : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("conversation-real-").FullName;
    private WebApplication app = null!;

    internal Uri Address { get; private set; } = null!;

    internal HttpClient Http { get; } = new() { Timeout = TimeSpan.FromMinutes(2) };

    public async Task InitializeAsync()
    {
        app = GatewayProgram.Build(["--urls", "http://127.0.0.1:0", "--Engines:Expressive=false", "--Engines:Variation=0", $"--Store:Path={Path.Combine(folder, "sessions.db")}"], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddConversation(builder.Configuration);
        });
        await app.StartAsync();
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Http.BaseAddress = Address;
    }

    public async Task DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        Http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    internal async Task<byte[]> Speak(string text, int rate = 16_000) => await Speak(Http, text, rate);

    internal static async Task<byte[]> Speak(HttpClient http, string text, int rate = 16_000)
    {
        var answer = await http.PostAsJsonAsync("/api/speak", new { text, tier = "fast", rate });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadAsByteArrayAsync();
    }
}

[CollectionDefinition("real", DisableParallelization = true)]
public sealed class RealCollection : ICollectionFixture<RealGateway>;

/// <summary>The whole platform through a socket, with its own voice for a caller.</summary>
[Collection("real")]
public sealed class RealSessionTests(RealGateway gateway)
{
    [Fact]
    public async Task A_spoken_question_is_heard_and_answered_in_speech()
    {
        await using var caller = await RealCaller.Call(gateway.Address);
        caller.Say(await gateway.Speak("What are your opening hours?"));

        var heard = await caller.Event("hypothesis.final");
        Assert.Contains("hours", (string?)heard["text"], StringComparison.OrdinalIgnoreCase);
        var started = await caller.Event("reply.started");
        Assert.Equal("answer", (string?)started["kind"]);
        var text = await caller.Event("reply.text");
        Assert.NotEmpty(text["words"]!.AsArray());
        await caller.Event("reply.ended");
        var turn = await caller.Event("turn.completed");
        Assert.True(caller.Loud > 4_000, $"{caller.Loud} loud samples{Environment.NewLine}{caller.Trace}");
        Assert.False((bool)turn["interrupted"]!);
        Assert.False(string.IsNullOrWhiteSpace((string?)turn["reply"]));
    }

    [Fact]
    public async Task Speaking_over_a_reply_stops_it_and_nothing_of_it_follows()
    {
        await using var caller = await RealCaller.Call(gateway.Address);
        var over = await gateway.Speak("Wait a moment, please, I would like to book an appointment instead.");
        caller.Say(await gateway.Speak("What are your opening hours?"));
        var generation = (int)(await caller.Event("reply.started"))["generation"]!;
        await caller.Event("reply.text");
        // Sooner, it would be the same turn going on.
        await caller.Plays(TimeSpan.FromSeconds(1.2));

        caller.Say(over);
        var cancelled = await caller.Event("playout.cancelled", e => (int)e["generation"]! == generation);
        Assert.Equal("interrupted", (string?)cancelled["reason"]);
        await caller.Event("hypothesis.final", e => ((string?)e["text"])!.Contains("appointment", StringComparison.OrdinalIgnoreCase));
        await caller.Event("reply.started", e => (int)e["generation"]! > generation);
        Assert.Equal(0, caller.Stale);
        Assert.DoesNotContain("\"type\":\"error\"", caller.Trace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_connection_takes_a_session_over_with_its_token_alone()
    {
        await using var first = await Support.RawClient.Connect(gateway.Address);
        var opened = await first.Open(new { settings = new { greet = false } });
        var answer = await (await Support.RawClient.Connect(gateway.Address)).Invoke("Open", new { resume = new { session = (string?)opened["session"], token = "wrong" } });
        Assert.StartsWith("resume_refused: ", (string?)answer["error"], StringComparison.Ordinal);

        await using var second = await Support.RawClient.Connect(gateway.Address);
        var resumed = await second.Open(new { resume = new { session = (string?)opened["session"], token = (string?)opened["token"] } });
        Assert.True((bool?)resumed["resumed"]);
        await first.Event("closed");
    }

    [Theory]
    [InlineData("""{"settings":{"voice":"nobody"}}""", "bad_setting: voice 'nobody'")]
    [InlineData("""{"settings":{"timeZone":"Mars/Olympus"}}""", "bad_setting: timeZone")]
    [InlineData("""{"settings":{"speed":3}}""", "bad_setting: speed")]
    [InlineData("""{"resume":{"session":"gone","token":"x"}}""", "session_unknown: ")]
    public async Task Bad_choices_are_refused_by_name(string request, string error)
    {
        await using var client = await Support.RawClient.Connect(gateway.Address);
        var answer = await client.Invoke("Open", System.Text.Json.Nodes.JsonNode.Parse(request));
        Assert.StartsWith(error, (string?)answer["error"], StringComparison.Ordinal);
    }
}
