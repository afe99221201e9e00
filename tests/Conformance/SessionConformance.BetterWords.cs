using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Sessions;

namespace Conversation.Conformance;

/// <content>A recogniser that has words at once and better ones later, as one that asks another server.</content>
public abstract partial class SessionConformance
{
    [Fact]
    public async Task A_reply_is_prepared_on_the_first_words_and_plays_once_better_ones_confirm_them()
    {
        var (call, script) = await MumbledAsync("what time is it");
        Assert.Empty(call.Client.All<SessionEvent.HypothesisFinal>());
        Assert.Empty(call.Client.All<SessionEvent.ReplyStarted>());
        script.BetterWords.Release();
        var done = await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        Assert.Equal(("what time is it", "You said what time is it."), (done.User, done.Reply));
        Assert.Single(script.Turns);
        Assert.Equal("hit", (await call.Client.EverAsync<SessionEvent.TurnLatency>()).Speculation);
    }

    [Fact]
    public async Task Better_words_that_are_others_revise_the_reply_before_any_of_it_is_heard()
    {
        var (call, script) = await MumbledAsync("what dime is it");
        script.BetterWords.Release();
        var done = await call.Client.NextAsync<SessionEvent.TurnCompleted>();
        Assert.Equal(("what time is it", "You said what time is it."), (done.User, done.Reply));
        Assert.Equal(["what dime is it", "what time is it"], script.Turns.Select(turn => turn.UserText));
        var started = Assert.Single(call.Client.All<SessionEvent.ReplyStarted>());
        Assert.DoesNotContain(call.Client.Log, sent => sent.IsFrame && sent.Generation != started.Generation);
    }

    [Fact]
    public async Task Better_words_that_fail_leave_the_first_ones_standing()
    {
        var (call, script) = await MumbledAsync("what dime is it");
        script.RecognitionFails = true;
        script.BetterWords.Release();
        Assert.Equal("what dime is it", (await call.Client.NextAsync<SessionEvent.TurnCompleted>()).User);
        Assert.Empty(call.Client.All<SessionEvent.Error>());
    }

    /// <summary>Somebody says "what time is it", and the first words for it have been answered.</summary>
    private async Task<(Caller Call, SessionScript Script)> MumbledAsync(string first)
    {
        var call = await OpenAsync();
        var script = host!.Engines[call.Id];
        script.FirstWords = first;
        script.BetterWords.Hold();
        script.Answering.Hold();
        call.Say("what time is it");
        call.Wait(TimeSpan.FromMilliseconds(640));
        await script.Answering.ArrivedAsync();
        Assert.Equal(first, Assert.Single(script.Turns).UserText);
        script.Answering.Release();
        return (call, script);
    }
}
