using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Sessions;

namespace Conversation.Conformance;

/// <content>Speaking over a reply.</content>
public abstract partial class SessionConformance
{
    [Fact]
    public async Task Spoken_over_a_reply_is_cut_at_the_word_that_was_heard_and_the_next_turn_answered()
    {
        var call = await OpenAsync(Caller.AtPace, hearsAtOnce: false);
        var story = await StoryAsync(call);
        call.Hear(story.Generation, (5 * Word) + (Word / 2) + 100);
        call.Ask("what time is it");

        Assert.Equal(story.Generation, (await call.Client.NextAsync<SessionEvent.PlayoutPaused>()).Generation);
        var cancelled = await call.Client.NextAsync<SessionEvent.PlayoutCancelled>();
        Assert.Equal((story.Generation, "interrupted"), (cancelled.Generation, cancelled.Reason));
        Assert.Equal("interrupted", (await call.Client.NextAsync<SessionEvent.InterruptionJudged>()).Outcome);
        var cut = await call.Client.EverAsync<SessionEvent.TurnCompleted>();
        Assert.Equal((1, "tell me a story", "Once upon a time, there was", true), (cut.Turn, cut.User, cut.Reply, cut.Interrupted));

        Assert.Equal((2, "what time is it"), Heard(await call.Client.NextAsync<SessionEvent.HypothesisFinal>()));
        var next = await call.Client.NextAsync<SessionEvent.ReplyStarted>();
        Assert.Equal(2, next.Turn);
        Assert.NotEqual(story.Generation, next.Generation);
        await call.Client.NextAsync<SessionEvent.ReplyEnded>();
        call.Hear(next.Generation, 6 * Word);
        var done = await call.Client.EverAsync<SessionEvent.TurnCompleted>(done => done.Turn == 2);
        Assert.Equal(("You said what time is it.", false), (done.Reply, done.Interrupted));

        // No frame of the old reply comes after its end: the client of this suite notes that.
        Assert.True(call.Client.Frames(story.Generation).Sum(frame => frame.Pcm.Length) < 40 * Word);
        Assert.Equal("Once upon a time, there was", host!.Engines[call.Id].Turns.Last().History[0].ReplyHeard);
    }

    [Fact]
    public async Task A_typed_word_interrupts_too()
    {
        var call = await OpenAsync(Caller.AtPace);
        var story = await StoryAsync(call);
        Assert.Null(call.Session.Type("stop"));
        Assert.Equal(story.Generation, (await call.Client.NextAsync<SessionEvent.PlayoutCancelled>()).Generation);
        Assert.True((await call.Client.EverAsync<SessionEvent.TurnCompleted>(done => done.Turn == 1)).Interrupted);
        Assert.Equal("You said stop.", (await call.Client.EverAsync<SessionEvent.TurnCompleted>(done => done.Turn == 2)).Reply);
    }

    [Fact]
    public async Task A_sign_of_listening_holds_the_reply_and_lets_it_go_on_from_the_exact_sample()
    {
        var call = await OpenAsync(Caller.AtPace);
        var story = await StoryAsync(call);
        call.Say("mhm");
        call.Wait(TimeSpan.FromMilliseconds(300));
        await call.Client.NextAsync<SessionEvent.PlayoutPaused>();
        Assert.Equal("backchannel", (await call.Client.NextAsync<SessionEvent.InterruptionJudged>()).Outcome);
        Assert.Equal(story.Generation, (await call.Client.NextAsync<SessionEvent.PlayoutResumed>()).Generation);

        var log = call.Client.Log;
        var (held, resumed) = (Place<SessionEvent.PlayoutPaused>(log), Place<SessionEvent.PlayoutResumed>(log));
        Assert.DoesNotContain(log.Skip(held).Take(resumed - held), sent => sent.IsFrame);
        await call.Client.SentToAsync(story.Generation, log.Take(held).Last(sent => sent.IsFrame).End + (3 * Word));
        Assert.DoesNotContain(call.Client.All<SessionEvent.HypothesisFinal>(), final => final.Text == "mhm");
        Assert.Empty(call.Client.All<SessionEvent.PlayoutCancelled>());
    }

    private static int Place<T>(IReadOnlyList<Sent> log)
    {
        var place = 0;
        while (log[place].Event is not T)
        {
            place++;
        }

        return place;
    }

    private static (int Turn, string Text) Heard(SessionEvent.HypothesisFinal final) => (final.Turn, final.Text);
}
