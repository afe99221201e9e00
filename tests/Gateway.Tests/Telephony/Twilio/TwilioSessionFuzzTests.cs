using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Conversation.Gateway.Telephony;
using Conversation.Gateway.Telephony.Twilio;
using Conversation.Gateway.Tests.Support;
using Conversation.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>Whole streams of messages in any order, with something wrong in some, while the platform speaks and is interrupted: each ends, closes the session it opened, and leaves nothing behind.</summary>
public sealed class TwilioSessionFuzzTests : IAsyncLifetime
{
    private const string Start = """{"event":"start","sequenceNumber":"1","streamSid":"MZ1","start":{"accountSid":"AC1","streamSid":"MZ1","callSid":"CA1","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{}}}""";

    private static readonly string[] Known =
    [
        """{"event":"connected","protocol":"Call","version":"1.0.0"}""", Start, Start.Replace("8000", "16000", StringComparison.Ordinal), Start.Replace("audio/x-mulaw", "PCMA", StringComparison.Ordinal),
        Start.Replace("CA1", "", StringComparison.Ordinal), Start.Replace("customParameters\":{}", "customParameters\":{\"route\":\"nowhere\"}", StringComparison.Ordinal),
        """{"event":"dtmf","streamSid":"MZ1","sequenceNumber":"5","dtmf":{"track":"inbound_track","digit":"1"}}""", """{"event":"dtmf","streamSid":"MZ1","dtmf":{"digit":"#"}}""", """{"event":"dtmf","streamSid":"MZ1","dtmf":{"digit":""}}""",
        """{"event":"stop","sequenceNumber":"5","streamSid":"MZ1","stop":{"accountSid":"AC1","callSid":"CA1"}}""", """{"event":"clear","streamSid":"MZ1"}""",
        """{"event":"error","stream_id":"MZ1","payload":{"code":100004,"title":"invalid_media","detail":"Unable"}}""", """{"event":"mark","streamSid":"MZ1","mark":{"name":"no number"}}""", """{"event":"news"}""", "{}", "null", "[]", "\u0000",
    ];

    private TestGateway gateway = null!;

    public async Task InitializeAsync() => gateway = await TestGateway.Start("--Gateway:Twilio:Enabled", "true");

    public async Task DisposeAsync() => await gateway.DisposeAsync();

    /// <summary>CONVERSATION_FUZZ sets how many messages.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public async Task Streams_in_any_order_end_and_leave_nothing(int seed)
    {
        var random = new Random(seed);
        var most = int.TryParse(Environment.GetEnvironmentVariable("CONVERSATION_FUZZ"), out var asked) ? asked : 8_000;
        var calls = gateway.Services.GetRequiredService<TwilioCalls>();
        var pacer = new CarrierPacer(TimeProvider.System, NullLogger<CarrierPacer>.Instance);
        // It paces nobody: a tick comes with each message of audio, so that a seed always does the same.
        pacer.Dispose();
        var host = gateway.Services.GetRequiredService<CarrierHost>() with { Pacer = pacer };
        var ticks = 0;
        gateway.Sessions.Opening = session => session.OnAudio = () =>
        {
            ticks++;
            Talk(session, random);
            ((CarrierCall)session.Client).TrySendDue(wait: false);
        };
        var (streams, opened, spoke) = (0, 0, 0);
        for (var sent = 0; sent < most; streams++)
        {
            var script = Script(random);
            sent += script.Count;
            ticks = 0;
            gateway.Sessions.All.Clear();
            using var socket = new ScriptSocket(script);
            using (var connection = new TwilioConnection(socket, checkedIn: true, calls, host, NullLogger.Instance))
            {
                await connection.RunAsync(default).WaitAsync(TimeSpan.FromSeconds(60));
            }

            var trace = $"seed {seed}, at {sent}: {string.Join(' ', script.Select(item => item.Note))}";
            Assert.True(calls.Count == 0, trace);
            Assert.True(gateway.Sessions.All.Count <= 1, trace);
            foreach (var session in gateway.Sessions.All.Values)
            {
                opened++;
                Assert.True(session.Calls.Count(call => call.StartsWith("close ", StringComparison.Ordinal)) == (closedHere.Remove(session) ? 0 : 1), trace);
            }

            // Twenty frames ahead and a mark to five of them: what a tick can have sent.
            Assert.True(socket.Sent.Count <= 1 + (ticks * 26), trace);
            spoke += socket.Sent.IsEmpty ? 0 : 1;
            string? stream = null;
            foreach (var told in socket.Sent)
            {
                // Whatever name it began with.
                var message = JsonNode.Parse(told)!;
                stream ??= (string?)message["streamSid"];
                Assert.True(stream is { Length: > 0 } && (string?)message["streamSid"] == stream && (string?)message["event"] is "media" or "mark" or "clear", trace + " gave " + told);
            }
        }

        // A good part of them are calls in which something is said.
        Assert.InRange(opened, streams / 4, streams);
        Assert.InRange(spoke, streams / 10, streams);
    }

    /// <summary>Found by the above: what waited for its turn was taken for lost audio of a negative length, once messages without a number had come.</summary>
    [Fact]
    public void Messages_that_are_not_counted_let_go_what_waits()
    {
        var heard = new List<short>();
        var order = new MediaOrder(pcm => { heard.Add(pcm[^1]); return true; }, samples => Assert.InRange(samples, 1, long.MaxValue));
        foreach (var (chunk, level) in new (long, short)[] { (1, 1), (3, 2), (-1, 3), (200, 4), (202, 5), (201, 6), (long.MaxValue, 7), (5, 8), (7, 9), (-1, 10) })
        {
            Assert.True(order.Take(chunk, -1, Enumerable.Repeat(level, 160).ToArray()));
        }

        Assert.True(order.Flush());
        Assert.Equal(Enumerable.Range(1, 10).Except([5, 6]).Select(level => (short)level), heard.Where(level => level is not (0 or 5 or 6)).Distinct());
        Assert.True(heard.IndexOf(6) < heard.IndexOf(5));
    }

    private readonly HashSet<FakeSession> closedHere = [];
    private int generation;

    private void Talk(FakeSession session, Random random)
    {
        var client = session.Client;
        switch (random.Next(24))
        {
            case < 6:
                client.Send(new SessionEvent.ReplyStarted(generation, ++generation, "answer"));
                var length = random.Next(1, 4_000);
                client.TrySendAudio(generation, 0, new short[length]);
                client.Send(new SessionEvent.ReplyEnded(generation, length));
                break;
            case 6:
                client.Send(new SessionEvent.PlayoutPaused(generation));
                break;
            case 7:
                client.Send(new SessionEvent.PlayoutResumed(generation));
                break;
            case 8:
                client.Send(new SessionEvent.PlayoutCancelled(generation, "interrupted"));
                break;
            case 9:
                client.TrySendAudio(generation, random.Next(100_000), new short[random.Next(8_000)]);
                break;
            case 10:
                client.Send(new SessionEvent.KeysWanted(generation, random.Next(5), "#", random.Next(3)));
                break;
            case 11 when random.Next(10) == 0:
                closedHere.Add(session);
                client.Send(new SessionEvent.Closed("idle"));
                break;
        }
    }

    private static List<(string Note, byte[] Bytes, WebSocketMessageType Type)> Script(Random random)
    {
        var script = new List<(string, byte[], WebSocketMessageType)>();
        long chunk = 0;
        var begins = random.Next(8) > 0;
        for (var n = random.Next(1, 60); n > 0; n--)
        {
            if (begins && script.Count < 2)
            {
                script.Add(("start", Encoding.UTF8.GetBytes(Known[script.Count]), WebSocketMessageType.Text));
                continue;
            }

            switch (random.Next(40))
            {
                case < 26:
                    chunk += random.Next(12) == 0 ? random.Next(-6, 7) : 1;
                    var at = random.Next(20) == 0 ? random.NextInt64(-1_000, 1_000_000) : chunk * 20;
                    var payload = Convert.ToBase64String(new byte[random.Next(16) == 0 ? random.Next(6_000) : 160]);
                    script.Add(("media", Bytes(random, $$$"""{"event":"media","sequenceNumber":"3","media":{"track":"{{{(random.Next(20) == 0 ? "outbound" : "inbound")}}}","chunk":"{{{chunk}}}","timestamp":"{{{at}}}","payload":"{{{payload}}}"},"streamSid":"MZ1"}"""), WebSocketMessageType.Text));
                    break;
                case < 32:
                    script.Add(("mark", Bytes(random, $$$"""{"event":"mark","streamSid":"MZ1","mark":{"name":"{{{random.Next(12)}}}"}}"""), WebSocketMessageType.Text));
                    break;
                case 32:
                    script.Add(("binary", new byte[random.Next(400)], WebSocketMessageType.Binary));
                    break;
                case 33 when random.Next(10) == 0:
                    script.Add(("giant", new byte[random.Next(60_000, 80_000)], (WebSocketMessageType)random.Next(2)));
                    break;
                default:
                    // What ends a stream seldom: there is to be more of it.
                    var known = random.Next(Known.Length);
                    script.Add(($"known {known}", Bytes(random, Known[known == 9 && random.Next(4) > 0 ? 0 : known]), WebSocketMessageType.Text));
                    break;
            }
        }

        return script;
    }

    /// <summary>Mostly as it is.</summary>
    private static byte[] Bytes(Random random, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (random.Next(30) == 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }
}
