using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Sessions;

namespace Conversation.Conformance;

/// <content>Opening, refusing, settings.</content>
public abstract partial class SessionConformance
{
    [Theory]
    [InlineData(24_000, 480)]
    [InlineData(8_000, 160)]
    [InlineData(48_000, 960)]
    public async Task Opening_tells_what_a_client_needs(int outputRate, int frame)
    {
        var call = await OpenAsync(Caller.AtOnce with { OutputRate = outputRate });
        Assert.NotEmpty(call.Opened.Session);
        Assert.Equal(call.Opened.Session, call.Session.Id);
        Assert.True(call.Opened.Token.Length >= 32);
        Assert.Equal((outputRate, frame, -1L), (call.Opened.OutputRate, call.Opened.FrameSamples, call.Opened.LastSequence));
        Assert.False(call.Opened.Resumed);
        Assert.False(call.Opened.Restored);
        Assert.Empty(call.Opened.History);
        Assert.Equal(30, call.Opened.ResumeWithinSeconds);
    }

    [Fact]
    public async Task The_catalog_is_the_same_at_every_gateway()
    {
        var host = await HostAsync();
        for (var gateway = 0; gateway < 2; gateway++)
        {
            Assert.Equal(["fast", "expressive"], host.Gateway(gateway).Catalog.Tiers.Select(tier => tier.Id));
            Assert.Equal(host.Engines.Catalog.Responders, host.Gateway(gateway).Catalog.Responders);
        }
    }

    [Fact]
    public async Task What_a_client_cannot_have_is_refused_by_name()
    {
        Assert.Equal(("bad_rate", "inputRate"), Named(await RefusedAsync(new OpenSession { InputRate = 12_345 })));
        Assert.Equal(("bad_rate", "outputRate"), Named(await RefusedAsync(new OpenSession { OutputRate = 44_100 })));
        Assert.Equal(("bad_setting", "tier"), Named(await RefusedAsync(new OpenSession { Settings = new() { Tier = "golden" } })));
        Assert.Equal(("bad_setting", "voice"), Named(await RefusedAsync(new OpenSession { Settings = new() { Voice = "nobody" } })));
        Assert.Equal(("bad_setting", "voice"), Named(await RefusedAsync(new OpenSession { Settings = new() { Tier = "fast", Voice = "clara" } })));
        Assert.Equal(("bad_setting", "responder"), Named(await RefusedAsync(new OpenSession { Settings = new() { Responder = "nobody" } })));
        Assert.Equal(("bad_setting", "speed"), Named(await RefusedAsync(new OpenSession { Settings = new() { Speed = 9 } })));
        Assert.Equal(("bad_setting", "timeZone"), Named(await RefusedAsync(new OpenSession { Settings = new() { TimeZone = "Mars/Olympus" } })));
    }

    [Fact]
    public async Task A_full_house_refuses_and_takes_again_when_one_has_gone()
    {
        const int most = 2;
        var host = await HostAsync(new ConformanceSetup { Sessions = ConformanceSetup.Default.Sessions with { MaxSessions = most } });
        List<Caller> inside = [];
        SessionFault? refusal = null;
        while (refusal is null && inside.Count <= most * host.Processes)
        {
            var client = new TestClient();
            var result = await host.Gateway(0).OpenAsync(Caller.AtOnce, client, CancellationToken.None).WaitAsync(Patience.Long, TimeProvider.System);
            refusal = result.Fault;
            if (result.Session is { } session)
            {
                client.Opened(session);
                inside.Add(await Caller.OpenAsync(host.Gateway(0), Caller.AtOnce with { Resume = new ResumeSession(session.Id, result.Opened!.Token) }, new TestClient(resumes: true)));
            }
        }

        Assert.Equal("too_many_sessions", refusal?.Code);
        Assert.InRange(inside.Count, most, most * host.Processes);
        inside[0].Session.Close("client");
        await inside[0].Client.NextAsync<SessionEvent.Closed>();
        await OpensInTheEndAsync(Caller.AtOnce);
    }

    [Fact]
    public async Task A_tenant_is_who_has_its_key_and_has_no_more_sessions_than_it_may()
    {
        var small = Caller.AtOnce with { Tenant = "small", TenantKey = "secret" };
        Assert.Equal("bad_tenant", (await RefusedAsync(small with { TenantKey = "guess" })).Code);
        Assert.Equal("bad_tenant", (await RefusedAsync(small with { Tenant = "nobody" })).Code);

        var call = await OpenAsync(small);
        Assert.Equal("flow", call.Opened.Settings.Responder);
        Assert.Equal("That is number 1.", (await TypedAsync(call, "what")).Reply);
        Assert.Equal("tenant_full", (await RefusedAsync(small, gateway: 1)).Code);

        call.Session.Close("client");
        await call.Client.NextAsync<SessionEvent.Closed>();
        await OpensInTheEndAsync(small);
    }

    [Fact]
    public async Task Settings_change_in_the_middle_of_a_call()
    {
        var call = await OpenAsync();
        Assert.Equal("You said one.", (await TypedAsync(call, "one")).Reply);
        Assert.Null(call.Session.Configure(new SessionSettings { Responder = "flow", Tier = "expressive", Voice = "clara", Speed = 1.5f, Endpointing = "quick" }));
        var told = await call.Client.NextAsync<SessionEvent.SettingsChanged>();
        Assert.Equal(("flow", "expressive", "clara"), (told.Settings.Responder, told.Settings.Tier, told.Settings.Voice));
        Assert.Equal("That is number 1.", (await TypedAsync(call, "two")).Reply);
        Assert.Equal(("expressive", "clara", 1.5f), Style(host!.Engines[call.Id].Styles.Last()));

        var fault = call.Session.Configure(new SessionSettings { Responder = "nobody" });
        Assert.Equal(("bad_setting", "responder"), Named(fault!));
        Assert.Equal("That is number 2.", (await TypedAsync(call, "three")).Reply);
        Assert.Single(call.Client.All<SessionEvent.SettingsChanged>());

        static (string, string, float) Style(Speech.SpeakingStyle style) => (style.Tier, style.Voice, style.Speed);
    }

    [Fact]
    public async Task Who_greets_speaks_first()
    {
        var call = await OpenAsync(Caller.AtOnce with { Settings = new() { Greet = true } });
        var started = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        Assert.Equal(("greeting", 0), (started.Kind, started.Turn));
        Assert.Equal(4 * Word, (await call.Client.NextAsync<SessionEvent.ReplyEnded>()).Samples);
        var done = await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        Assert.Equal("Hello, I am listening.", done.Reply);
    }

    private async Task OpensInTheEndAsync(OpenSession request)
    {
        // What a session held is given back when it is over, and not necessarily before its client knows that.
        var from = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var client = new TestClient();
            var result = await host!.Gateway(0).OpenAsync(request, client, CancellationToken.None).WaitAsync(Patience.Long, TimeProvider.System);
            if (result.Session is not null)
            {
                result.Session.Close("client");
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(from) < Patience.Long, result.Fault?.ToString());
            await Task.Delay(Patience.Short, TimeProvider.System);
        }
    }

    private static (string Code, string? Setting) Named(SessionFault fault) => (fault.Code, fault.Setting);
}
