using System.Net;
using System.Net.WebSockets;
using Conversation.Gateway.Tests.Support;

namespace Conversation.Gateway.Tests.Rest;

public sealed class PageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("conversation-page-").FullName;

    public PageTests()
    {
        File.WriteAllText(Path.Combine(folder, "index.html"), "<!doctype html><title>Talk</title>");
        Directory.CreateDirectory(Path.Combine(folder, "assets"));
        File.WriteAllText(Path.Combine(folder, "assets", "page-1a2b.js"), "0");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Serves_the_page_with_its_headers()
    {
        await using var gateway = await TestGateway.Start("--Gateway:PagePath", folder);
        var page = await gateway.Http.GetAsync("/");
        Assert.Equal("<!doctype html><title>Talk</title>", await page.Content.ReadAsStringAsync());
        Assert.Equal("no-cache", page.Headers.CacheControl!.ToString());
        Assert.NotNull(page.Headers.ETag);
        Assert.Contains("frame-ancestors 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("microphone=(self)", page.Headers.GetValues("Permissions-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(page.Headers.Contains("Server"));

        var asset = await gateway.Http.GetAsync("/assets/page-1a2b.js");
        Assert.Equal("text/javascript", asset.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", asset.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/../appsettings.json")]
    [InlineData("/..%2f..%2fetc/passwd")]
    [InlineData("/assets/%2e%2e/%2e%2e/etc/passwd")]
    public async Task Nothing_outside_the_folder_is_served(string path)
    {
        await using var gateway = await TestGateway.Start("--Gateway:PagePath", folder);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Http.GetAsync(path)).StatusCode);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("http://127.0.0.1:{port}", true)]
    [InlineData("https://talk.example", true)]
    [InlineData("https://talk.example.evil.test", false)]
    [InlineData("http://127.0.0.1:1", false)]
    [InlineData("null", false)]
    public async Task Only_its_own_page_and_listed_ones_may_open_the_hub(string? origin, bool allowed)
    {
        await using var gateway = await TestGateway.Start("--Gateway:Origins:0", "https://talk.example");
        async Task Connect()
        {
            await using var client = await RawClient.Connect(gateway.Address, options =>
            {
                if (origin is not null)
                {
                    options.SetRequestHeader("Origin", origin.Replace("{port}", $"{gateway.Address.Port}", StringComparison.Ordinal));
                }
            });
            await client.Open();
        }

        if (allowed)
        {
            await Connect();
        }
        else
        {
            Assert.Contains("403", (await Assert.ThrowsAsync<WebSocketException>(Connect)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Cross_origin_reading_is_for_listed_pages()
    {
        await using var gateway = await TestGateway.Start("--Gateway:Origins:0", "https://talk.example");
        foreach (var (origin, expected) in new[] { ("https://talk.example", "https://talk.example"), ("https://evil.test", null) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/catalog");
            request.Headers.Add("Origin", origin);
            var answer = await gateway.Http.SendAsync(request);
            Assert.Equal(expected, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
        }
    }
}
