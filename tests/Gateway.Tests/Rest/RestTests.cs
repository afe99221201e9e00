using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Conversation.Gateway.Tests.Support;

namespace Conversation.Gateway.Tests.Rest;

public sealed class RestTests
{
    [Fact]
    public async Task Health_says_what_is_awaited_and_then_that_it_is_ready()
    {
        await using var gateway = await TestGateway.Start();
        gateway.Readiness.Pending = ["recognition: warming up", "synthesis: loading"];
        foreach (var path in new[] { "/health", "/health/ready" })
        {
            var starting = await gateway.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, starting.StatusCode);
            var report = (await starting.Content.ReadFromJsonAsync<JsonObject>())!;
            Assert.Equal("starting", (string?)report["status"]);
            Assert.Equal("""["recognition: warming up","synthesis: loading"]""", report["pending"]!.ToJsonString());
        }

        Assert.Equal(HttpStatusCode.OK, (await gateway.Http.GetAsync("/health/live")).StatusCode);
        await Problem(await gateway.Http.GetAsync("/api/catalog"), HttpStatusCode.ServiceUnavailable, "starting", null);

        gateway.Readiness.Pending = [];
        await using var client = await gateway.Connect();
        await client.Open();
        var ready = (await gateway.Http.GetFromJsonAsync<JsonObject>("/health"))!;
        Assert.Equal(("ready", 1), ((string?)ready["status"], (int?)ready["connections"]));
    }

    [Fact]
    public async Task Catalog_version_and_description_are_there()
    {
        await using var gateway = await TestGateway.Start();
        Assert.Equal(
            """{"tiers":[{"id":"fast","name":"Fast","voices":[{"id":"v3","name":"Ada","language":"en-US"}]}],"responders":["frontdesk"],"device":"CPU"}""",
            await gateway.Http.GetStringAsync("/api/catalog"));
        var version = (await gateway.Http.GetFromJsonAsync<JsonObject>("/api/version"))!;
        Assert.Equal("[1]", version["protocol"]!.ToJsonString());
        Assert.False(string.IsNullOrEmpty((string?)version["version"]));
        var api = (await gateway.Http.GetFromJsonAsync<JsonObject>("/openapi/v1.json"))!;
        Assert.NotNull(api["paths"]!["/api/speak"]!["post"]!["requestBody"]!["content"]!["application/json"]);
        Assert.NotNull(api["paths"]!["/api/catalog"]);
        Assert.NotNull(api["paths"]!["/health"]);
    }

    [Fact]
    public async Task Speaks_a_wav()
    {
        await using var gateway = await TestGateway.Start();
        var answer = await gateway.Http.PostAsJsonAsync("/api/speak", new { text = "Hello", rate = 16_000 });
        Assert.Equal("audio/wav", answer.Content.Headers.ContentType!.MediaType);
        var wav = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(44 + (5 * 100 * 2), wav.Length);
        Assert.Equal("RIFF", Encoding.ASCII.GetString(wav, 0, 4));
        Assert.Equal("WAVEfmt ", Encoding.ASCII.GetString(wav, 8, 8));
        Assert.Equal(wav.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(4)));
        Assert.Equal((16_000, 32_000), (BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(24)), BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(28))));
        Assert.Equal(1_000, BinaryPrimitives.ReadInt32LittleEndian(wav.AsSpan(40)));
        Assert.Equal(499, BinaryPrimitives.ReadInt16LittleEndian(wav.AsSpan(wav.Length - 2)));
    }

    [Theory]
    [InlineData("""{"text":""}""", "bad_text", "text")]
    [InlineData("""{}""", "bad_text", "text")]
    [InlineData("""null""", "bad_text", "text")]
    [InlineData("""{"text":"Hi","rate":44100}""", "bad_rate", "rate")]
    [InlineData("""{"text":"Hi","speed":9}""", "bad_setting", "speed")]
    [InlineData("""{"text":"Hi","speed":"fast"}""", "bad_request", "speed")]
    [InlineData("""{"text":"Hi","voice":"nobody"}""", "bad_setting", "voice")]
    [InlineData("""{"text":""", "bad_request", "text")]
    [InlineData("", "bad_request", null)]
    public async Task Refuses_what_it_cannot_speak_as_problem_details(string body, string code, string? setting)
    {
        await using var gateway = await TestGateway.Start();
        await Problem(await gateway.Http.PostAsync("/api/speak", new StringContent(body, Encoding.UTF8, "application/json")), HttpStatusCode.BadRequest, code, setting);
    }

    [Fact]
    public async Task Refuses_a_text_too_long_before_reading_a_giant_one()
    {
        await using var gateway = await TestGateway.Start();
        await Problem(await gateway.Http.PostAsJsonAsync("/api/speak", new { text = new string('a', 2_001) }), HttpStatusCode.BadRequest, "bad_text", "text");
        await Problem(await gateway.Http.PostAsJsonAsync("/api/speak", new { text = new string('a', 1_000_000) }), HttpStatusCode.BadRequest, "bad_text", "text");
    }

    [Fact]
    public async Task Tells_whoever_is_one_too_many_to_come_back()
    {
        await using var gateway = await TestGateway.Start("--Gateway:SpeakConcurrency", "1", "--Gateway:SpeakQueue", "0");
        gateway.Speech.Gate = new TaskCompletionSource();
        var first = gateway.Http.PostAsJsonAsync("/api/speak", new { text = "Hi" });
        HttpResponseMessage second;
        do
        {
            // Until the first has taken the only place, a second one may; it then waits at the gate and is given up.
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            try
            {
                second = await gateway.Http.PostAsJsonAsync("/api/speak", new { text = "Hi" }, limit.Token);
                break;
            }
            catch (OperationCanceledException)
            {
            }
        }
        while (true);

        await Problem(second, HttpStatusCode.TooManyRequests, "busy", null);
        Assert.NotNull(second.Headers.RetryAfter);
        gateway.Speech.Gate.SetResult();
        await first;
    }

    [Fact]
    public async Task Speaking_that_takes_too_long_is_given_up()
    {
        await using var gateway = await TestGateway.Start("--Gateway:SpeakTimeout", "00:00:01");
        gateway.Speech.Gate = new TaskCompletionSource();
        await Problem(await gateway.Http.PostAsJsonAsync("/api/speak", new { text = "Hi" }), HttpStatusCode.GatewayTimeout, "timeout", "text");
    }

    [Fact]
    public async Task What_is_not_there_is_a_problem_too()
    {
        await using var gateway = await TestGateway.Start();
        var answer = await gateway.Http.GetAsync("/api/nothing");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await gateway.Http.GetAsync("/api/speak")).StatusCode);
    }

    private static async Task Problem(HttpResponseMessage answer, HttpStatusCode status, string code, string? setting)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal((code, setting, (int)status), ((string?)problem["code"], (string?)problem["setting"], (int?)problem["status"]));
        Assert.False(string.IsNullOrEmpty((string?)problem["title"]));
    }
}
