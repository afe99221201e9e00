using Conversation.Conformance.Client;
using Conversation.Sessions;

namespace Conversation.Conformance;

/// <content>What fails behind a session, and what its caller notices of it.</content>
public abstract partial class SessionConformance
{
    [Fact]
    public async Task A_turn_is_told_as_completed_only_once_it_is_written_and_the_end_comes_after_it()
    {
        var call = await OpenAsync();
        var trouble = host!.Store[call.Id];
        trouble.Saving.Hold();
        Assert.Null(call.Session.Type("one"));
        await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        await trouble.Saving.ArrivedAsync();

        // The conversation does not wait for the store: the next turn is answered.
        Assert.Null(call.Session.Type("two"));
        Assert.Equal(2, (await call.Client.NextAsync<SessionEvent.ReplyStarted>()).Turn);
        Assert.Empty(call.Client.All<SessionEvent.TurnCompleted>());
        call.Session.Close("client");
        Assert.Null(await call.Client.MaybeAsync<SessionEvent.Closed>());
        Assert.Empty(call.Client.All<SessionEvent.TurnCompleted>());

        trouble.Saving.Release();
        Assert.Equal(1, (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Turn);
        Assert.Equal(2, (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Turn);
        await call.Client.NextAsync<SessionEvent.Closed>();
    }

    [Fact]
    public async Task A_store_that_fails_is_told_of_and_stops_no_conversation()
    {
        var call = await OpenAsync();
        var trouble = host!.Store[call.Id];
        trouble.Fails = true;
        Assert.Null(call.Session.Type("one"));
        var error = await call.Client.EverAsync<SessionEvent.Error>();
        Assert.Equal(("store_full", "Store:Path"), (error.Code, error.Setting));
        Assert.Equal("You said one.", (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
        trouble.Fails = false;
        Assert.Equal("You said two.", (await TypedAsync(call, "two")).Reply);
        Assert.Equal([1, 2], (await host.Store.LoadAsync(call.Id))!.Turns.Select(line => line.Turn));
    }

    [Fact]
    public async Task A_recogniser_that_fails_is_apologised_for_and_the_next_turn_heard()
    {
        var call = await OpenAsync();
        host!.Engines[call.Id].RecognitionFails = true;
        call.Ask("what time is it");
        Assert.Equal("recognition.failed", (await call.Client.NextAsync<SessionEvent.Error>()).Code);
        Assert.Equal("apology", (await call.Client.NextAsync<SessionEvent.ReplyStarted>()).Kind);
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        host.Engines[call.Id].RecognitionFails = false;
        call.Ask("what time is it");
        Assert.Equal("You said what time is it.", (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
    }

    [Fact]
    public async Task A_responder_that_fails_is_apologised_for_and_the_next_turn_answered()
    {
        var call = await OpenAsync(Caller.AtOnce with { Settings = new() { Responder = "failing" } });
        call.Ask("what time is it");
        Assert.Equal("reply.failed", (await call.Client.NextAsync<SessionEvent.Error>()).Code);
        Assert.Equal("apology", (await call.Client.NextAsync<SessionEvent.ReplyStarted>(started => started.Kind != "answer")).Kind);
        await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        Assert.Null(call.Session.Configure(new SessionSettings { Responder = "echo" }));
        Assert.Equal("You said one.", (await TypedAsync(call, "one")).Reply);
    }

    [Fact]
    public async Task A_slow_responder_delays_its_own_session_only()
    {
        var slow = await OpenAsync(Caller.AtOnce with { Settings = new() { Responder = "slow" } });
        var other = await OpenAsync();
        var script = host!.Engines[slow.Id];
        script.Answering.Hold();
        Assert.Null(slow.Session.Type("one"));
        var started = await slow.Client.NextAsync<SessionEvent.ReplyStarted>();
        await slow.Client.SentToAsync(started.Generation, 2 * Word);
        Assert.Equal("You said two.", (await TypedAsync(other, "two")).Reply);
        Assert.Empty(slow.Client.All<SessionEvent.ReplyEnded>());
        script.Answering.Release();
        Assert.Equal("Let me see, that was slow.", (await slow.Client.NextAsync<SessionEvent.TurnCompleted>()).Reply);
    }
}
