using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Conversation.Inference.Ports;
using Conversation.Speech.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Speech.Tests.Speaking;

/// <summary>Clauses that come bit by bit, from an engine that may fail at any moment.</summary>
public class StreamingTests
{
    private const string Text = "I can book you a table for two on Tuesday. Would that be all right? ";
    private readonly FakeSynthesizer _fast = new("vits");
    private readonly StreamingEngine _remote;

    public StreamingTests() => _remote = new StreamingEngine(_fast);

    [Theory]
    [InlineData(8_000)]
    [InlineData(24_000)]
    [InlineData(48_000)]
    public async Task Pieces_join_to_the_text_and_to_the_sound_without_the_silence_around_it(int rate)
    {
        var pieces = await All(Speaker(), Text, rate);
        Assert.Equal(Text, string.Concat(pieces.Select(p => p.Text)));
        Assert.Equal(Text.Trim(), string.Join(' ', pieces.SelectMany(p => p.Words).Select(w => w.Text)));
        Assert.True(pieces.Count > 6, $"{pieces.Count} pieces");
        var seconds = (double)pieces.Sum(p => p.Pcm.Length) / rate;
        var sound = _remote.Requests.Sum(r => StreamingEngine.Seconds(r.Text)) + new PauseOptions().Sentence.TotalSeconds;
        Assert.InRange(seconds, sound, sound + 0.2);
        Assert.Empty(_fast.Requests);
    }

    [Fact]
    public async Task Words_are_in_order_within_what_was_given()
    {
        var at = 0L;
        var last = 0L;
        foreach (var piece in await All(Speaker(), Text))
        {
            foreach (var word in piece.Words)
            {
                Assert.InRange(at + word.Start, last, at + piece.Pcm.Length);
                Assert.InRange(at + word.End, at + word.Start, at + piece.Pcm.Length);
                last = at + word.Start;
            }

            at += piece.Pcm.Length;
        }
    }

    [Fact]
    public async Task The_first_piece_plays_before_the_clause_is_whole()
    {
        _remote.Gate = Channel.CreateUnbounded<bool>();
        await using var pieces = Speaker().SpeakAsync("s", One(Text), new SpeakingStyle("studio"), 24_000, default).GetAsyncEnumerator();
        for (var i = 0; i < 6; i++)
        {
            _remote.Gate.Writer.TryWrite(true);
        }

        Assert.True(await pieces.MoveNextAsync());
        Assert.InRange(pieces.Current.Pcm.Length, 24_000 / 5, 24_000 / 2);
    }

    [Fact]
    public async Task The_level_is_brought_to_the_usual_one_from_the_first_piece_on()
    {
        var pieces = await All(Speaker(), Text);
        Assert.All(pieces.Where(p => p.Pcm.Length > 4_000).Take(3), piece =>
            Assert.InRange(20 * Math.Log10(Math.Sqrt(piece.Pcm.Average(s => (double)s * s)) / 32768), -23, -17));
    }

    [Fact]
    public async Task A_clause_that_never_begins_is_spoken_here_and_so_is_the_rest_of_the_reply()
    {
        _remote.FailAt = 0;
        var speaker = Speaker();
        var pieces = await All(speaker, Text);
        Assert.Equal(Text, string.Concat(pieces.Select(p => p.Text)));
        Assert.Single(_remote.Requests);
        Assert.Equal(2, _fast.Requests.Count);
        Assert.All(_fast.Requests, r => Assert.Equal("vits-two", r.Voice));

        _remote.FailAt = null;
        await All(speaker, "Next one. ");
        Assert.Equal(2, _remote.Requests.Count);
    }

    [Fact]
    public async Task A_clause_that_breaks_off_goes_on_here_from_the_word_that_was_being_said()
    {
        _remote.FailAt = 15;
        var pieces = await All(Speaker(), Text);
        Assert.Equal(Text, string.Concat(pieces.Select(p => p.Text)));
        Assert.Equal(Text.Trim(), string.Join(' ', pieces.SelectMany(p => p.Words).Select(w => w.Text)));
        Assert.Single(_remote.Requests);
        var rest = _fast.Requests[0].Text;
        Assert.EndsWith("Tuesday. ", rest, StringComparison.Ordinal);
        Assert.InRange(rest.Length, 8, 35);
        Assert.False(rest.StartsWith(' '));
    }

    [Fact]
    public async Task What_breaks_after_its_last_sound_costs_the_last_word_again_and_no_more()
    {
        _remote.FailAt = int.MaxValue;
        var pieces = await All(Speaker(), "I can book you a table for two on Tuesday. ");
        Assert.Equal("Tuesday. ", Assert.Single(_fast.Requests).Text[^9..]);
        Assert.Equal("I can book you a table for two on Tuesday. ", string.Concat(pieces.Select(p => p.Text)));
    }

    [Fact]
    public async Task Nothing_but_silence_is_a_failure()
    {
        _remote.Amplitude = 0;
        await All(Speaker(), "Good day. ");
        Assert.Single(_fast.Requests);
    }

    [Fact]
    public async Task What_was_said_once_is_not_asked_for_again()
    {
        var speaker = Speaker();
        var first = await All(speaker, "How can I help you? ");
        var second = await All(speaker, "How can I help you? ");
        Assert.Single(_remote.Requests);
        Assert.Equal(first.Sum(p => p.Pcm.Length), Assert.Single(second).Pcm.Length);
        _remote.FailAt = 3;
        await All(speaker, "Something that breaks. ");
        var requests = _remote.Requests.Count;
        _remote.FailAt = null;
        await All(speaker, "Something that breaks. ");
        Assert.Equal(requests + 1, _remote.Requests.Count);
    }

    [Fact]
    public async Task Where_words_lie_is_learnt_from_the_voice()
    {
        var speaker = Speaker();
        await All(speaker, Text);

        // The tone is as long as its letters say; a word must not be told long before it sounds.
        var pieces = await All(speaker, "I can keep you a table for two on Wednesday. ");
        var before = pieces.TakeWhile(p => !p.Text.Contains("two", StringComparison.Ordinal)).Sum(p => p.Pcm.Length) / 24_000.0;
        Assert.InRange(before, StreamingEngine.Seconds("I can keep you a table for") - 0.4, StreamingEngine.Seconds("I can keep you a table for two") + 0.4);
    }

    [Fact]
    public async Task Giving_up_in_the_middle_ends_the_request()
    {
        _remote.Gate = Channel.CreateUnbounded<bool>();
        using var stop = new CancellationTokenSource();
        for (var i = 0; i < 6; i++)
        {
            _remote.Gate.Writer.TryWrite(true);
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Speaker().SpeakAsync("s", One(Text), new SpeakingStyle("studio"), 24_000, stop.Token))
            {
                await stop.CancelAsync();
            }
        });
        Assert.True(_remote.GivenUp);
        Assert.Empty(_fast.Requests);
    }

    private Speaker Speaker() => new(
        new SpeechOptions { DictionaryPath = TestKit.Weights.File("cmudict-kokoro", "en-us.txt"), FinishedAfter = TimeSpan.FromSeconds(10) },
        new Dictionary<string, ISynthesizer> { ["fast"] = _fast, ["studio"] = _remote },
        null,
        TimeProvider.System,
        NullLogger<Speaker>.Instance);

    private static async Task<List<SpokenClause>> All(Speaker speaker, string text, int rate = 24_000)
    {
        var clauses = new List<SpokenClause>();
        await foreach (var clause in speaker.SpeakAsync("s", One(text), new SpeakingStyle("studio"), rate, default))
        {
            Assert.Equal(rate, clause.SampleRate);
            clauses.Add(clause);
        }

        return clauses;
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        yield return text;
        await Task.CompletedTask;
    }

    /// <summary>A tone of 60 ms a letter with silence around it, in pieces of 97 ms.</summary>
    private sealed class StreamingEngine(ISynthesizer standby) : IStreamingSynthesizer
    {
        private const int Rate = 24_000;

        public string Engine => "remote/studio";

        public IReadOnlyList<Voice> Voices { get; } = [new("alloy", "alloy", "en-US", "remote/studio")];

        public ISynthesizer? Standby => standby;

        public string? StandbyVoice => "vits-two";

        public List<SynthesisRequest> Requests { get; } = [];

        /// <summary>The piece at which it fails.</summary>
        public int? FailAt { get; set; }

        public float Amplitude { get; set; } = 0.02f;

        public Channel<bool>? Gate { get; set; }

        public bool GivenUp { get; private set; }

        public static double Seconds(string text) => text.Trim().Length * 0.06;

        public Task<Synthesis> SynthesizeAsync(SynthesisRequest request, CancellationToken cancellation) => throw new NotSupportedException();

        public async IAsyncEnumerable<SynthesisPiece> StreamAsync(SynthesisRequest request, [EnumeratorCancellation] CancellationToken cancellation)
        {
            Requests.Add(request);
            await Task.Yield();
            var samples = new float[(int)((Seconds(request.Text) + 0.5) * Rate)];
            for (var i = 0; i < (int)(Seconds(request.Text) * Rate); i++)
            {
                samples[(Rate / 5) + i] = Amplitude * MathF.Sin(i * 0.1f);
            }

            var ended = false;
            try
            {
                var piece = 0;
                for (var at = 0; at < samples.Length; at += 2_328)
                {
                    if (Gate is { } gate)
                    {
                        await gate.Reader.ReadAsync(cancellation);
                    }

                    cancellation.ThrowIfCancellationRequested();
                    if (piece++ == FailAt)
                    {
                        throw new IOException("Broken off.");
                    }

                    yield return new SynthesisPiece(samples[at..Math.Min(at + 2_328, samples.Length)], Rate);
                }

                if (FailAt is not null)
                {
                    throw new IOException("Broken off.");
                }

                ended = true;
            }
            finally
            {
                GivenUp = !ended;
            }
        }
    }
}
