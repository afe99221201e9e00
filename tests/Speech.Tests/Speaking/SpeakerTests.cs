using System.Threading.Channels;
using Conversation.Inference.Ports;
using Conversation.Speech.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Speech.Tests.Speaking;

public class SpeakerTests
{
    private readonly FakeSynthesizer _fast = new("vits");
    private readonly FakeSynthesizer _expressive = new("kokoro");

    [Fact]
    public async Task Clauses_join_to_the_text_and_words_are_as_written_and_in_order()
    {
        const string Text = "Dr. Smith sees you on Nov 20th, at 9:30 a.m., in room 204. 🎉 That is $1,250.50 in all!  Bye. ";
        var clauses = await All(Speaker(), Text);
        Assert.Equal(Text, string.Concat(clauses.Select(c => c.Text)));
        Assert.Equal("Dr. Smith sees you on Nov 20th, at 9:30 a.m., in room 204. That is $1,250.50 in all! Bye.", string.Join(' ', clauses.SelectMany(c => c.Words).Select(w => w.Text)));
        Assert.All(clauses, clause =>
        {
            var at = 0;
            Assert.All(clause.Words, word =>
            {
                Assert.InRange(word.Start, at, clause.Pcm.Length);
                Assert.InRange(word.End, word.Start, clause.Pcm.Length);
                at = word.Start;
            });
        });
    }

    [Fact]
    public async Task Without_known_ends_words_are_spread_over_the_clause()
    {
        var estimating = new FakeSynthesizer("vits", knowsEnds: false);
        var clauses = await All(Speaker(estimating), "Short words, incomprehensibilities follow.");
        var words = clauses.SelectMany(c => c.Words).ToList();
        Assert.Equal(4, words.Count);
        Assert.True(words[2].End - words[2].Start > words[0].End - words[0].Start);
    }

    [Fact]
    public async Task A_pause_stands_between_clauses_and_none_after_the_last()
    {
        var one = await All(Speaker(), "Good day.");
        var two = await All(Speaker(), "Good day. Good day.");
        var pause = (int)(new PauseOptions().Sentence.TotalSeconds * 16_000);
        Assert.Equal(one[0].Pcm.Length, two[0].Pcm.Length);
        Assert.Equal(one[0].Pcm.Length + pause, two[1].Pcm.Length);
        Assert.Equal(pause, two[1].Words[0].Start);
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(16_000)]
    [InlineData(24_000)]
    [InlineData(48_000)]
    public async Task It_speaks_at_the_asked_rate(int rate)
    {
        var clause = Assert.Single(await All(Speaker(), "Good day.", rate: rate));
        Assert.Equal(rate, clause.SampleRate);
        Assert.Equal((double)_fast.Requests[0].Phonemes.Length / 100, (double)clause.Pcm.Length / rate, 2);
    }

    [Fact]
    public async Task Loudness_is_levelled()
    {
        var clause = Assert.Single(await All(Speaker(), "Good day, my friend."));
        var rms = 20 * Math.Log10(Math.Sqrt(clause.Pcm.Average(s => (double)s * s)) / 32768);
        Assert.InRange(rms, -21.5, -18.5);
    }

    [Fact]
    public async Task What_was_said_once_is_not_made_again()
    {
        var speaker = Speaker();
        var first = await All(speaker, "How can I help you?");
        var second = await All(speaker, "How can I help you?");
        Assert.Single(_fast.Requests);
        Assert.Equal(first[0].Pcm, second[0].Pcm);
        await All(speaker, "How can I help you?", new SpeakingStyle("fast", "vits-two"));
        await All(speaker, "How can I help you?", new SpeakingStyle("fast", Speed: 1.2f));
        Assert.Equal(3, _fast.Requests.Count);
    }

    [Fact]
    public async Task A_clause_that_fails_in_one_engine_is_spoken_by_the_other()
    {
        _fast.Failure = new LaneFullException("synthesis-fast", 1);
        var clauses = await All(Speaker(), "Good day. Good bye.");
        Assert.Equal(2, clauses.Count);
        Assert.Equal(2, _expressive.Requests.Count);
        Assert.All(_expressive.Requests, r => Assert.Equal("kokoro-one", r.Voice));
    }

    [Fact]
    public async Task Where_every_engine_fails_the_reader_learns_why()
    {
        (_fast.Failure, _expressive.Failure) = (new InvalidOperationException("a"), new InvalidOperationException("b"));
        Assert.Equal("b", (await Assert.ThrowsAsync<InvalidOperationException>(() => All(Speaker(), "Good day."))).Message);
    }

    [Fact]
    public async Task A_text_that_fails_gives_what_was_said_before_it_and_then_the_failure()
    {
        var heard = new List<string>();
        await Assert.ThrowsAsync<TimeoutException>(async () =>
        {
            await foreach (var clause in Speaker().SpeakAsync("s", Failing(), new SpeakingStyle(), 16_000, default))
            {
                heard.Add(clause.Text);
            }
        });
        Assert.Equal(["One moment please. "], heard);

        static async IAsyncEnumerable<string> Failing()
        {
            yield return "One moment please. And";
            await Task.Yield();
            throw new TimeoutException();
        }
    }

    [Fact]
    public async Task Two_clauses_at_most_are_made_ahead_of_the_reader()
    {
        var text = string.Concat(Enumerable.Range(0, 8).Select(i => $"This is sentence {i}. "));
        await using var reader = Speaker().SpeakAsync("s", One(text), new SpeakingStyle(), 16_000, default).GetAsyncEnumerator();
        for (var taken = 1; taken <= 8; taken++)
        {
            Assert.True(await reader.MoveNextAsync());
            lock (_fast.Requests)
            {
                Assert.InRange(_fast.Requests.Count, taken, taken + 2);
            }
        }

        Assert.False(await reader.MoveNextAsync());
    }

    [Fact]
    public async Task Cancelling_stops_the_clause_that_is_being_made()
    {
        _fast.Gate = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        await using var reader = Speaker().SpeakAsync("s", One("Good day. Good bye."), new SpeakingStyle(), 16_000, stop.Token).GetAsyncEnumerator();
        var next = reader.MoveNextAsync().AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        Assert.True(_fast.Requests.Count <= 1);
        Assert.Empty(_expressive.Requests);
    }

    [Fact]
    public async Task A_reader_that_leaves_early_stops_the_making()
    {
        var text = Channel.CreateUnbounded<string>();
        text.Writer.TryWrite("Good day. And then");
        await foreach (var _ in Speaker().SpeakAsync("s", text.Reader.ReadAllAsync(), new SpeakingStyle(), 16_000, default))
        {
            break;
        }

        Assert.Single(_fast.Requests);
    }

    [Fact]
    public async Task A_finished_sentence_is_spoken_although_the_text_pauses()
    {
        var text = Channel.CreateUnbounded<string>();
        text.Writer.TryWrite("Let me check that for you.");
        await using var reader = Speaker(finishedAfter: TimeSpan.FromMilliseconds(1)).SpeakAsync("s", text.Reader.ReadAllAsync(), new SpeakingStyle(), 16_000, default).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal("Let me check that for you.", reader.Current.Text);
        text.Writer.TryWrite(" Here it is.");
        text.Writer.Complete();
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal(" Here it is.", reader.Current.Text);
        Assert.False(await reader.MoveNextAsync());
    }

    [Theory]
    [InlineData("fast", "kokoro-two", "vits-one")] // a voice of the other tier
    [InlineData("fast", "vits-two", "vits-two")]
    [InlineData("nonsense", "", "vits-one")] // an unknown tier
    public async Task An_unknown_voice_or_tier_is_the_default(string tier, string voice, string spoken)
    {
        await All(Speaker(), "Good day.", new SpeakingStyle(tier, voice));
        Assert.Equal(spoken, Assert.Single(_fast.Requests).Voice);
    }

    [Fact]
    public async Task A_text_without_anything_to_say_makes_no_sound_and_is_not_lost()
    {
        var clause = Assert.Single(await All(Speaker(), "🙂 ... "));
        Assert.Equal(("🙂 ... ", 0, 0), (clause.Text, clause.Pcm.Length, clause.Words.Count));
        Assert.Empty(_fast.Requests);
    }

    [Fact]
    public void Bad_options_are_named_all_at_once()
    {
        var error = Assert.Throws<ArgumentException>(() => new Speaker(
            new SpeechOptions { DictionaryPath = "nowhere.txt", Ahead = 0, Pauses = new PauseOptions { Comma = TimeSpan.FromSeconds(9) } },
            new Dictionary<string, ISynthesizer>(), null, TimeProvider.System, NullLogger<Speaker>.Instance));
        Assert.All(new[] { "nowhere.txt", "Ahead", "Pauses.Comma", "no synthesiser" }, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private Speaker Speaker(FakeSynthesizer? fast = null, TimeSpan? finishedAfter = null) => new(
        new SpeechOptions { DictionaryPath = TestKit.Weights.File("cmudict-kokoro", "en-us.txt"), FinishedAfter = finishedAfter ?? TimeSpan.FromSeconds(10) },
        new Dictionary<string, ISynthesizer> { ["fast"] = fast ?? _fast, ["expressive"] = _expressive },
        null,
        TimeProvider.System,
        NullLogger<Speaker>.Instance);

    private static async Task<List<SpokenClause>> All(Speaker speaker, string text, SpeakingStyle? style = null, int rate = 16_000)
    {
        var clauses = new List<SpokenClause>();
        await foreach (var clause in speaker.SpeakAsync("s", One(text), style ?? new SpeakingStyle(), rate, default))
        {
            clauses.Add(clause);
        }

        return clauses;
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        yield return text;
        await Task.CompletedTask;
    }
}
