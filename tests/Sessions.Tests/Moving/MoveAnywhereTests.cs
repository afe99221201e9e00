using Conversation.Conformance.Engines;
using Conversation.Sessions.Moving;

namespace Conversation.Sessions.Tests.Moving;

/// <summary>A call with everything in it, moved at one moment after the other: nobody can tell it from one that stayed.</summary>
public sealed class MoveAnywhereTests
{
    private const int Last = 400;

    public static TheoryData<int, int> Moments()
    {
        var moments = new TheoryData<int, int>();
        for (var message = 3; message < Last; message += 7)
        {
            moments.Add(message, 16_000);
        }

        // In the middle of words, where a resampler holds some of them.
        foreach (var message in new[] { 17, 40, 61, 62, 250 })
        {
            moments.Add(message, 48_000);
            moments.Add(message, 44_100);
            moments.Add(message, 8_000);
        }

        return moments;
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void A_call_that_moved_is_the_same_as_one_that_stayed(int message, int inputRate)
    {
        using var stayed = Play(inputRate);
        using var moved = Play(inputRate, message);
        Assert.Equal(stayed.Story(), moved.Story());
        Assert.Equal(stayed.Recognized.Count, moved.Recognized.Count);
        for (var i = 0; i < stayed.Recognized.Count; i++)
        {
            Assert.True(stayed.Recognized[i].AsSpan().SequenceEqual(moved.Recognized[i]), $"Recognition {i} heard other audio.");
        }
    }

    [Fact]
    public void A_call_may_move_often()
    {
        using var stayed = Play(16_000);
        using var moved = Play(16_000, [.. Enumerable.Range(1, 24).Select(i => i * 15)]);
        Assert.Equal(stayed.Story(), moved.Story());
    }

    private static MovingCall Play(int inputRate, params int[] moveBefore)
    {
        var call = new MovingCall(new OpenSession { InputRate = inputRate, Lead = TimeSpan.FromMilliseconds(200) });
        var (messages, heard, moves) = (0, new Dictionary<int, long>(), new Queue<int>(moveBefore));
        Speak(null, 200);
        Speak("what time is it", 1_700);
        Speak("tell me a story", 1_500);
        Speak("mhm", 500);
        Speak("stop", 1_500);
        Assert.Equal(Last, messages);
        Assert.Empty(moves);
        call.Orderly();
        Assert.Equal(["You said what time is it.", "Once upon a time, there was a fox, who lived in", "You said stop."], call.Client.All<SessionEvent.TurnCompleted>().Select(done => done.Reply));
        Assert.Single(call.Client.All<SessionEvent.PlayoutResumed>());
        return call;

        void Speak(string? words, int quietMs)
        {
            var pcm = words is null ? [] : SpokenWords.Say(words, inputRate);
            foreach (var part in pcm.Concat(SpokenWords.Silence(TimeSpan.FromMilliseconds(quietMs), inputRate)).Chunk(inputRate / 50))
            {
                messages++;
                if (moves.TryPeek(out var due) && messages == due)
                {
                    moves.Dequeue();
                    call.Move(MoveUrgency.WhenWhole);
                }

                call.Push(part);
                Listen();
            }
        }

        // The listener is five messages behind what was announced, and held where it is told to hold.
        void Listen()
        {
            foreach (var reply in call.Client.All<SessionEvent.ReplyStarted>())
            {
                var generation = reply.Generation;
                if (call.Client.All<SessionEvent.TurnCompleted>().Any(done => done.Turn == reply.Turn))
                {
                    continue;
                }

                call.Until(() => call.TextOf(generation).EndsWith('.'));
                var total = call.TextOf(generation).Split(' ').Length * MovingCall.Word;
                var held = call.Client.All<SessionEvent.PlayoutPaused>().Count(e => e.Generation == generation) > call.Client.All<SessionEvent.PlayoutResumed>().Count(e => e.Generation == generation);
                heard[generation] = heard.GetValueOrDefault(generation) + (held ? 0 : 1);
                var samples = Math.Min(total, (heard[generation] - 5) * 480);
                if (samples > 0)
                {
                    call.Until(() => call.SentTo(generation) >= samples && (samples < total || call.Client.All<SessionEvent.ReplyEnded>().Any(ended => ended.Generation == generation)));
                    call.Session.Played(generation, samples);
                    call.Run();
                }

                if (samples == total)
                {
                    call.Await<SessionEvent.TurnCompleted>(done => done.Turn == reply.Turn);
                }
            }
        }
    }
}
