using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Conversation.Gateway.Telephony.Ari;
using Conversation.Sessions;
using Conversation.TestKit.Telephony;
using Microsoft.Extensions.DependencyInjection;

namespace Conversation.Gateway.Tests.Telephony.Real;

/// <summary>What goes wrong between a real Asterisk and the gateway, and calls made from here.</summary>
[Collection(PhoneLine.Collection)]
public sealed class FaultTests(PhoneLine line) : IAsyncLifetime
{
    public Task InitializeAsync() => line.Clear();

    public Task DisposeAsync() => Task.CompletedTask;

    [AsteriskTheory]
    [InlineData("app")]
    [InlineData("json")]
    [InlineData("ari")]
    public async Task Asterisk_killed_in_mid_call_ends_the_session_and_the_next_call_is_taken(string extension)
    {
        line.Gateway.Forget();
        await line.Asterisk.Call(extension, "quiet");
        await Opened(1);
        await line.Asterisk.Kill();
        await line.Gateway.Event<SessionEvent.Closed>();
        await line.Asterisk.Restart();
        await line.HasAri();

        await line.Asterisk.Call(extension, "keys");
        Assert.Equal("125", (await line.Gateway.Event<SessionEvent.TurnCompleted>()).User);
        await line.Asterisk.Redirect("bye");
    }

    [AsteriskTheory]
    [InlineData("app")]
    [InlineData("json")]
    [InlineData("ari")]
    public async Task A_frozen_Asterisk_is_found_out(string extension)
    {
        line.Gateway.Forget();
        await line.Asterisk.Call(extension, "quiet");
        await Opened(1);
        // Stopped, its kernel goes on to acknowledge what is sent until nothing more fits: the peer that takes nothing.
        line.Asterisk.Freeze();
        try
        {
            await line.Gateway.Event<SessionEvent.Closed>();
        }
        finally
        {
            line.Asterisk.Thaw();
        }

        await line.Asterisk.Cli("channel request hangup all");
        await line.HasAri();
    }

    [AsteriskFact]
    public async Task A_call_is_made_through_Asterisk_and_its_session_knows_it()
    {
        line.Gateway.Forget();
        using var http = new HttpClient { BaseAddress = line.Gateway.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", PhoneLine.Key);
        using var answer = await http.PostAsJsonAsync("/v1/calls", new { carrier = "asterisk", to = "answers", from = "5550001", route = "quiet", attributes = new { order = "42" } });
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        await Opened(1);
        var caller = Assert.Single(line.Gateway.Opened).Caller!;
        Assert.Equal((true, "answers", "5550001", "42"), (caller.Outbound, caller.Number, caller.Called, caller.Attributes["order"]));
        // Who was called presses keys, and is heard.
        Assert.Equal("125", (await line.Gateway.Event<SessionEvent.TurnCompleted>()).User);
        await line.Asterisk.Cli("channel request hangup all");
        Assert.Equal("hung_up", (await line.Gateway.Event<SessionEvent.Closed>()).Reason);
    }

    [AsteriskFact]
    public async Task A_call_that_rang_when_Asterisk_was_killed_is_not_waited_for()
    {
        var application = line.Gateway.Services.GetRequiredService<AriApplication>();
        using var http = new HttpClient { BaseAddress = line.Gateway.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", PhoneLine.Key);
        using var answer = await http.PostAsJsonAsync("/v1/calls", new { carrier = "asterisk", to = "rings", from = "5550001" });
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        Assert.Equal(1, application.Awaited);
        await line.Asterisk.Kill();
        await line.Asterisk.Restart();
        await line.HasAri();
        for (var tries = 0; application.Awaited > 0; tries++)
        {
            Assert.True(tries < 500, line.Gateway.Trace);
            await Task.Delay(20);
        }
    }

    [AsteriskFact]
    public async Task A_number_that_is_more_than_a_number_is_not_dialled()
    {
        using var http = new HttpClient { BaseAddress = line.Gateway.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", PhoneLine.Key);
        using var answer = await http.PostAsJsonAsync("/v1/calls", new { carrier = "asterisk", to = "1&PJSIP/2", from = "" });
        Assert.False(answer.IsSuccessStatusCode);
    }

    private async Task Opened(int calls)
    {
        for (var tries = 0; line.Gateway.Said.Count(said => said.Contains("opened session", StringComparison.Ordinal)) < calls; tries++)
        {
            Assert.True(tries < 500, line.Gateway.Trace);
            await Task.Delay(20);
        }
    }
}
