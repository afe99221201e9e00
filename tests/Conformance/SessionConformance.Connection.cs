using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Sessions;

namespace Conversation.Conformance;

/// <content>Clients that go and come back, and hosts that do.</content>
public abstract partial class SessionConformance
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Who_comes_back_hears_on_from_the_exact_sample(int gateway)
    {
        var call = await OpenAsync(Caller.AtPace, hearsAtOnce: false);
        var story = await StoryAsync(call);
        call.Hear(story.Generation, 2 * Word);
        call.Session.Detach(call.Client);

        const int heard = (3 * Word) + 577;
        var back = Keep(await call.ResumeAsync(host!.Gateway(gateway), story.Generation, heard));
        Assert.Equal((true, false, call.Id), (back.Opened.Resumed, back.Opened.Restored, back.Opened.Session));
        var ended = await back.Client.NextAsync<SessionEvent.ReplyEnded>();
        Assert.Equal(heard, back.Client.Frames(story.Generation)[0].Position);
        Assert.Equal(ended.Samples, back.Client.Frames(story.Generation)[^1].End);
        Assert.Equal((1, ScriptedResponder.Story), Replied(await back.Client.NextAsync<SessionEvent.TurnCompleted>()));
    }

    [Fact]
    public async Task Who_comes_back_in_the_middle_of_a_sentence_has_said_all_of_it()
    {
        var call = await OpenAsync();
        call.Say("one two three");
        await call.Client.NextAsync<SessionEvent.SpeechStarted>();
        call.Session.Detach(call.Client);
        var back = Keep(await call.ResumeAsync(host!.Gateway(1)));
        Assert.InRange(back.Opened.LastSequence, 0, 38);
        back.Push(SpokenWords.Say("one two three").AsSpan((int)(back.Opened.LastSequence + 1) * 320 is var from && from < 3 * 4_096 ? from : 3 * 4_096));
        back.Ask("four five");
        Assert.Equal("one two three four five", (await back.Client.NextAsync<SessionEvent.HypothesisFinal>()).Text);
        await back.Client.NextAsync<SessionEvent.TurnCompleted>();
    }

    [Fact]
    public async Task What_happened_while_nobody_was_there_is_told_to_who_comes_back()
    {
        var call = await OpenAsync();
        var script = host!.Engines[call.Id];
        script.Answering.Hold();
        call.Ask("what time is it");
        await script.Answering.ArrivedAsync();
        await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        call.Session.Detach(call.Client);
        script.Answering.Release();
        var back = Keep(await call.ResumeAsync(host.Gateway(1)));
        var done = await back.Client.NextAsync<SessionEvent.TurnCompleted>();
        Assert.Equal((1, "You said what time is it."), Replied(done));
        Assert.Equal(6 * Word, back.Client.All<SessionEvent.ReplyEnded>().Single().Samples);
    }

    [Fact]
    public async Task Another_s_token_opens_nothing()
    {
        var call = await OpenAsync();
        var other = await OpenAsync();
        var request = Caller.AtOnce with { Resume = new ResumeSession(call.Id, other.Opened.Token) };
        Assert.Equal("resume_refused", (await RefusedAsync(request, gateway: 1)).Code);
        Assert.Equal("session_unknown", (await RefusedAsync(request with { Resume = new ResumeSession("s-nobody", other.Opened.Token) })).Code);
        Assert.Equal("bad_rate", (await RefusedAsync(request with { InputRate = 8_000, Resume = new ResumeSession(call.Id, call.Opened.Token) })).Code);
        Assert.Equal("You said one.", (await TypedAsync(call, "one")).Reply);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_second_client_takes_the_session_over(int gateway)
    {
        var call = await OpenAsync();
        await TypedAsync(call, "one");
        var second = Keep(await call.ResumeAsync(host!.Gateway(gateway)));
        Assert.Equal("taken_over", (await call.Client.NextAsync<SessionEvent.Closed>()).Reason);
        Assert.True(second.Opened.Resumed);
        Assert.Equal([(1, "one")], second.Opened.History.Select(line => (line.Turn, line.User)));
        Assert.Equal("You said two.", (await TypedAsync(second, "two")).Reply);

        // The first one's farewell is no longer of any weight.
        call.Session.Detach(call.Client);
        Assert.Equal("You said three.", (await TypedAsync(second, "three")).Reply);
    }

    [Fact]
    public async Task Messages_are_counted_on_after_coming_back()
    {
        var call = await OpenAsync();
        call.Wait(TimeSpan.FromSeconds(1));
        await TypedAsync(call, "one");
        var back = Keep(await call.ResumeAsync(host!.Gateway(1)));
        Assert.Equal(49, back.Opened.LastSequence);
        back.Ask("red green");
        Assert.Equal("red green", (await back.Client.NextAsync<SessionEvent.HypothesisFinal>()).Text);
    }

    [Fact]
    public async Task A_session_that_its_client_closed_is_forgotten()
    {
        var call = await OpenAsync();
        await TypedAsync(call, "one");
        call.Session.Close("client");
        Assert.Equal("client", (await call.Client.NextAsync<SessionEvent.Closed>()).Reason);
        Assert.Equal("session_unknown", (await RefusedAsync(Caller.AtOnce with { Resume = new ResumeSession(call.Id, call.Opened.Token) }, gateway: 1)).Code);
        Assert.Null(await host!.Store.LoadAsync(call.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_session_whose_host_was_lost_comes_back_as_of_its_last_completed_turn(int gateway)
    {
        var call = await OpenAsync(Caller.AtPace with { Settings = new() { Responder = "flow", Voice = "ben" } });
        await TypedAsync(call, "one");
        await TypedAsync(call, "two");
        Assert.Null(call.Session.Configure(new SessionSettings { Responder = "echo" }));
        await StoryAsync(call);
        await host!.LoseHostOfAsync(call.Id);

        var back = Keep(await call.ResumeAsync(host.Gateway(gateway)));
        Assert.Equal((false, true, call.Id), (back.Opened.Resumed, back.Opened.Restored, back.Opened.Session));
        Assert.Equal([(1, "one", "That is number 1."), (2, "two", "That is number 2.")], back.Opened.History.Select(line => (line.Turn, line.User, line.Reply)));
        Assert.Equal("ben", back.Opened.Settings.Voice);
        Assert.Equal(-1, back.Opened.LastSequence);

        Assert.Null(back.Session.Configure(new SessionSettings { Responder = "flow" }));
        back.Ask("three");
        var done = await back.Client.NextAsync<SessionEvent.TurnCompleted>();
        Assert.Equal((3, "three", "That is number 3."), (done.Turn, done.User, done.Reply));
        Assert.Equal(2, host.Engines[call.Id].Turns.Last().History.Count);
    }

    [Fact]
    public async Task What_was_told_as_completed_survives_the_loss_of_the_host()
    {
        var host = await HostAsync();
        var all = Enumerable.Range(0, 8).Select(async n =>
        {
            var call = Keep(await Caller.OpenAsync(host.Gateway(n % 2), Caller.AtOnce, new TestClient()));
            call.Ask("what time is it");
            await call.Client.NextAsync<SessionEvent.TurnCompleted>();
            return call;
        });
        var calls = await Task.WhenAll(all);
        await host.LoseHostOfAsync(calls[0].Id);
        foreach (var call in calls)
        {
            var back = Keep(await call.ResumeAsync(host.Gateway(1)));
            Assert.Equal("You said what time is it.", Assert.Single(back.Opened.History).Reply);
        }
    }

    private static (int Turn, string Reply) Replied(SessionEvent.TurnCompleted done) => (done.Turn, done.Reply);
}
