using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Conversation.Gateway.Telephony;
using Conversation.Gateway.Telephony.AudioHook;
using Conversation.Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Gateway.Tests.Telephony.AudioHook;

/// <summary>Whole sessions of messages in any order, with something wrong in some: what is answered is always in order.</summary>
public sealed class AudioHookFuzzTests : IAsyncLifetime
{
    private const string Session = "30b0e395-84d3-4570-ac13-9a62d8f514c0";
    private const string Organization = "d7934305-0972-4844-938e-9060eef73d05";

    private static readonly (string Type, string Parameters)[] Known =
    [
        ("ping", "{}"), ("ping", """{"rtt":"PT0.1S"}"""), ("paused", "{}"), ("resumed", """{"start":"PT0.2S","discarded":"PT0.5S"}"""), ("discarded", """{"start":"PT0S","discarded":"PT864000S"}"""),
        ("update", """{"language":"de-DE"}"""), ("error", """{"code":429,"message":"","retryAfter":"PT1S"}"""), ("error", """{"code":500,"message":""}"""), ("dtmf", """{"digit":"5"}"""), ("dtmf", """{"digit":"#"}"""),
        ("playback_started", "{}"), ("playback_completed", "{}"), ("news", "{}"), ("close", """{"reason":"end"}"""),
        ("open", $$"""{"organizationId":"{{Organization}}","conversationId":"{{Session}}","media":[{"type":"audio","format":"PCMU","channels":["external"],"rate":8000}]}"""),
    ];

    private TestGateway gateway = null!;

    public async Task InitializeAsync() => gateway = await TestGateway.Start();

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    /// <summary>CONVERSATION_FUZZ sets how many messages.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public async Task Sessions_in_any_order_are_answered_in_order(int seed)
    {
        var random = new Random(seed);
        var most = int.TryParse(Environment.GetEnvironmentVariable("CONVERSATION_FUZZ"), out var asked) ? asked : 20_000;
        var opened = 0;
        for (var sent = 0; sent < most;)
        {
            var script = Script(random);
            sent += script.Count;
            using var socket = new ScriptSocket(script);
            var host = gateway.Services.GetRequiredService<CarrierHost>();
            await new AudioHookConnection(socket, new AudioHookVisit(Session, Organization, "", new CarrierRoute()), new AudioHookOptions(), host, NullLogger.Instance).RunAsync(default).WaitAsync(TimeSpan.FromSeconds(30));

            var told = socket.Sent.Select(text => JsonNode.Parse(text)!).ToArray();
            var types = told.Select(message => (string)message["type"]!).ToArray();
            var trace = $"seed {seed}, at {sent}: {string.Join(' ', script.Select(item => item.Note))} gave {string.Join(' ', types)}";
            Assert.True(told.Select(message => (int)message["seq"]!).SequenceEqual(Enumerable.Range(1, told.Length)), trace);
            Assert.True(types.Count(type => type == "disconnect") <= 1 && types.Count(type => type == "opened") <= 1 && types.Count(type => type == "closed") == 1 && types[^1] == "closed", trace);
            Assert.True(types.Count(type => type == "pong") <= script.Count(item => item.Note == "ping"), trace);
            Assert.True(!types.Contains("pong") || Array.IndexOf(types, "opened") < Array.IndexOf(types, "pong"), trace);
            opened += types.Contains("opened") ? 1 : 0;
            Assert.Equal(opened, gateway.Sessions.All.Count);
            Assert.All(gateway.Sessions.All.Values, session => Assert.Contains($"close {CarrierCall.HungUp}", session.Calls));
            if (gateway.Sessions.All.Count >= 50)
            {
                gateway.Sessions.All.Clear();
                opened = 0;
            }
        }
    }

    private static List<(string Note, byte[] Bytes, WebSocketMessageType Type)> Script(Random random)
    {
        var script = new List<(string, byte[], WebSocketMessageType)>();
        var seq = 0;
        for (var n = random.Next(1, 30); n > 0; n--)
        {
            var (type, parameters) = script.Count == 0 && random.Next(8) > 0 ? Known[^1] : Known[random.Next(Known.Length - (random.Next(10) == 0 ? 0 : 1))];
            switch (random.Next(20))
            {
                case < 5:
                    script.Add(("audio", new byte[random.Next(2_000)], WebSocketMessageType.Binary));
                    break;
                case 5:
                    script.Add(("junk", Encoding.UTF8.GetBytes(parameters), WebSocketMessageType.Text));
                    break;
                case 6:
                    script.Add(("giant", new byte[random.Next(60_000, 80_000)], (WebSocketMessageType)random.Next(2)));
                    break;
                default:
                    var number = random.Next(50) == 0 ? random.Next(100) : ++seq;
                    script.Add((type, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                        $$"""{"version":"2","type":"{{type}}","id":"{{Session}}","seq":{{number}},"serverseq":{{(random.Next(50) == 0 ? 9 : 0)}},"position":"PT0S","parameters":{{parameters}}}""")), WebSocketMessageType.Text));
                    break;
            }
        }

        return script;
    }
}
