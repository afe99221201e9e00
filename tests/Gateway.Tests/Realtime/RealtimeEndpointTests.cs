using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Access;
using Conversation.Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Conversation.Gateway.Tests.Realtime;

/// <summary>Who gets in, and what a rude message does.</summary>
public sealed class RealtimeEndpointTests
{
    private const string Key = "a-key-of-the-tests-0123456789";
    private const string KeySetting = "--Gateway:Realtime:Keys:0=" + Key;

    [Fact]
    public async Task Without_keys_this_machine_is_let_in_and_no_other_page_or_proxy()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        Assert.Equal("realtime", (string?)(await client.Event("session.created"))["session"]!["type"]);
        await Refused(gateway, options => options.SetRequestHeader("X-Forwarded-For", "203.0.113.7"), HttpStatusCode.Unauthorized);
        await Refused(gateway, options => options.SetRequestHeader("Origin", "https://elsewhere.example"), HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task With_keys_a_client_must_have_one()
    {
        await using var gateway = await TestGateway.Start(KeySetting);
        await Refused(gateway, _ => { }, HttpStatusCode.Unauthorized);
        await Refused(gateway, options => options.SetRequestHeader("Authorization", "Bearer " + Key[..^1] + "x"), HttpStatusCode.Unauthorized);
        await using var bearer = await RealtimeClient.Connect(gateway.Address, "", options => options.SetRequestHeader("Authorization", "Bearer " + Key));
        await bearer.Event("session.created");
        await using var azure = await RealtimeClient.Connect(gateway.Address, "", options => options.SetRequestHeader("api-key", Key));
        await azure.Event("session.created");
        await using var browser = await RealtimeClient.Connect(gateway.Address, "", options =>
        {
            options.AddSubProtocol("realtime");
            options.AddSubProtocol("openai-insecure-api-key." + Key);
        });
        await browser.Event("session.created");
        Assert.Equal("realtime", browser.SubProtocol);
    }

    [Fact]
    public async Task A_client_secret_opens_the_session_it_was_made_for_until_its_time_is_up()
    {
        await using var gateway = await TestGateway.Start(KeySetting);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Http.PostAsJsonAsync("/v1/realtime/client_secrets", new { })).StatusCode);
        gateway.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        var answer = await gateway.Http.PostAsJsonAsync("/v1/realtime/client_secrets", new { expires_after = new { anchor = "created_at", seconds = 60 }, session = new { type = "realtime", instructions = "Be kind." } });
        var minted = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        var secret = (string)minted["value"]!;
        Assert.Equal("Be kind.", (string?)minted["session"]!["instructions"]);
        await using var client = await RealtimeClient.Connect(gateway.Address, "", options =>
        {
            options.AddSubProtocol("realtime");
            options.AddSubProtocol("openai-insecure-api-key." + secret);
            options.SetRequestHeader("Origin", "https://elsewhere.example");
        });
        Assert.Equal("Be kind.", (string?)(await client.Event("session.created"))["session"]!["instructions"]);

        // A secret mints no other.
        gateway.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Http.PostAsJsonAsync("/v1/realtime/client_secrets", new { })).StatusCode);
        var stale = gateway.Services.GetRequiredService<ClientSecrets>().Mint(TimeProvider.System.GetUtcNow().AddSeconds(-1), []).Value!;
        await Refused(gateway, options => options.SetRequestHeader("Authorization", "Bearer " + stale), HttpStatusCode.Unauthorized);
        var forged = secret[..10] + (secret[10] == 'A' ? 'B' : 'A') + secret[11..];
        await Refused(gateway, options => options.SetRequestHeader("Authorization", "Bearer " + forged), HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"expires_after":{"seconds":5}}""", "expires_after.seconds")]
    [InlineData("""{"session":{"type":"translation"}}""", "session.type")]
    [InlineData("""{"session":{"audio":{"output":{"voice":"nobody"}}}}""", "session.audio.output.voice")]
    [InlineData("[", null)]
    public async Task A_secret_for_what_is_not_offered_is_refused(string body, string? param)
    {
        await using var gateway = await TestGateway.Start();
        var answer = await gateway.Http.PostAsync("/v1/realtime/client_secrets", new StringContent(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(param, (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["error"]!["param"]);
    }

    [Fact]
    public async Task Rude_messages_are_answered_and_the_connection_lives()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await client.Send([1, 2, 3], WebSocketMessageType.Binary);
        Assert.Equal("invalid_json", (string?)(await client.Error())["code"]);
        await client.Send(new byte[16 * 1024 * 1024]);
        Assert.Equal("invalid_value", (string?)(await client.Error())["code"]);
        await client.Send($$"""{"type":"input_audio_buffer.append","event_id":"big","audio":"{{new string('A', (15 * 1024 * 1024) + 4)}}"}""");
        Assert.Equal("big", (string?)(await client.Error())["event_id"]);
        await client.Send("""{"type":"session.update","session":{}}""");
        await client.Event("session.updated");
    }

    [Fact]
    public async Task Connections_are_bounded_and_give_their_places_back()
    {
        await using var gateway = await TestGateway.Start("--Gateway:MaxConnections=1");
        await using (var first = await RealtimeClient.Connect(gateway.Address))
        {
            await first.Event("session.created");
            await Refused(gateway, _ => { }, HttpStatusCode.ServiceUnavailable);
        }

        for (var again = 0; ; again++)
        {
            try
            {
                await using var next = await RealtimeClient.Connect(gateway.Address);
                await next.Event("session.created");
                return;
            }
            catch (WebSocketException) when (again < 100)
            {
                await Task.Delay(20);
            }
        }
    }

    [Fact]
    public async Task A_stopping_server_says_so()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await client.Event("session.created");
        var stopping = gateway.Stop();
        Assert.Equal("server_stopping", (string?)(await client.Error())["code"]);
        Assert.Null(await client.Receive());
        await stopping;
    }

    [Fact]
    public async Task The_longest_append_is_heard_and_one_more_is_not()
    {
        await using var gateway = await TestGateway.Start();
        await using var client = await RealtimeClient.Connect(gateway.Address);
        await client.Send($$"""{"type":"input_audio_buffer.append","audio":"{{new string('A', 15 * 1024 * 1024)}}"}""");
        await client.Send($$"""{"type":"input_audio_buffer.append","event_id":"more","audio":"{{new string('A', 15 * 1024 * 1024)}}"}""");
        var full = await client.Error();
        Assert.Equal(("input_audio_buffer_full", "more"), ((string?)full["code"], (string?)full["event_id"]));
        await client.Send("""{"type":"input_audio_buffer.clear"}""");
        await client.Event("input_audio_buffer.cleared");
        Assert.Single(client.Seen, e => (string?)e["type"] == "error");
    }

    [Fact]
    public async Task A_client_whose_line_is_dead_is_let_go()
    {
        await using var gateway = await TestGateway.Start("--Gateway:KeepAlive=00:00:01", "--Gateway:ClientTimeout=00:00:02");
        using var line = await HalfOpen(gateway);
        await Connections(gateway, 1);
        // It neither reads nor answers pings.
        await Connections(gateway, 0);
    }

    [Fact]
    public async Task A_client_that_reads_nothing_is_cut_off()
    {
        await using var gateway = await TestGateway.Start("--Gateway:SlowClientTimeout=00:00:01");
        using var line = await HalfOpen(gateway);
        var stream = line.GetStream();
        // Each masked with zeros, which leaves it as it is: every one is answered with an error, until the line is full.
        var text = System.Text.Encoding.UTF8.GetBytes("""{"type":"x","event_id":"y"}""");
        byte[] frame = [0x81, (byte)(0x80 | text.Length), 0, 0, 0, 0, .. text];
        try
        {
            for (var sent = 0; sent < 200_000; sent++)
            {
                await stream.WriteAsync(frame);
            }
        }
        catch (IOException)
        {
            // Cut off in the middle.
        }

        await Connections(gateway, 0);
    }

    /// <summary>A connection that nobody reads from.</summary>
    private static async Task<System.Net.Sockets.TcpClient> HalfOpen(TestGateway gateway)
    {
        var line = new System.Net.Sockets.TcpClient { ReceiveBufferSize = 4_096 };
        await line.ConnectAsync(gateway.Address.Host, gateway.Address.Port);
        await line.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET /v1/realtime HTTP/1.1\r\nHost: {gateway.Address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        return line;
    }

    private static async Task Connections(TestGateway gateway, int count)
    {
        for (var wait = 0; (int)JsonNode.Parse(await gateway.Http.GetStringAsync("/health"))!["connections"]! != count; wait++)
        {
            Assert.True(wait < 600, $"There are not {count} connections.");
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task It_can_be_left_out()
    {
        await using var gateway = await TestGateway.Start("--Gateway:Realtime:Enabled=false");
        await Refused(gateway, _ => { }, HttpStatusCode.NotFound);
    }

    private static async Task Refused(TestGateway gateway, Action<ClientWebSocketOptions> also, HttpStatusCode status)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        also(socket.Options);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://{gateway.Address.Authority}/v1/realtime"), default));
        Assert.Equal(status, socket.HttpStatusCode);
    }
}
