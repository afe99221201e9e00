using Conversation.Inference.Onnx.Moonshine;
using Conversation.Inference.Ports;
using Conversation.TestKit;

namespace Conversation.Inference.Tests.Onnx;

[Collection("engines")]
public class MoonshineTests(Engines engines)
{
    [Theory]
    [InlineData(RecognitionTier.Quick, "moonshine-tiny")]
    [InlineData(RecognitionTier.Accurate, "moonshine-base")]
    public async Task Speech_is_understood(RecognitionTier tier, string model)
    {
        var heard = await RecognizeAsync(engines.Speech, tier);
        Assert.Equal(model, heard.Model);
        Assert.True(WordErrors.Between(Engines.Text, heard.Text).Rate <= 0.1, heard.Text);
        Assert.InRange(heard.Confidence, 0.7f, 1f);
        Assert.True(heard.Computed > TimeSpan.Zero);
    }

    [Fact]
    public async Task Very_quiet_speech_is_understood() =>
        Assert.True(WordErrors.Between(Engines.Text, (await RecognizeAsync([.. engines.Speech.Select(sample => sample * 0.003f)])).Text).Rate <= 0.1);

    [Fact]
    public async Task A_short_answer_is_understood() => Assert.StartsWith("yes", (await RecognizeAsync(engines.Yes)).Text, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData(RecognitionTier.Quick)]
    [InlineData(RecognitionTier.Accurate)]
    public async Task Numbers_said_in_a_row_are_heard(RecognitionTier tier)
    {
        foreach (var numbers in engines.Numbers)
        {
            var heard = await RecognizeAsync(numbers, tier);
            Assert.NotEqual("", heard.Text);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(800)]
    [InlineData(32_000)]
    public async Task Silence_of_any_length_gives_no_words(int samples) => Assert.Equal("", (await RecognizeAsync(new float[samples])).Text);

    [Fact]
    public async Task Noise_gives_no_words() => Assert.Equal("", (await RecognizeAsync(Engines.Noise(48_000, 0.1f))).Text);

    [Fact]
    public async Task A_long_utterance_is_heard_in_pieces_of_which_only_the_last_costs_again()
    {
        var times = (40 * 16_000 / engines.Speech.Length) + 1;
        float[] audio = [.. Enumerable.Repeat(engines.Speech, times).SelectMany(samples => samples)];
        var heard = await RecognizeAsync(audio, RecognitionTier.Quick);
        var wanted = string.Join(' ', Enumerable.Repeat(Engines.Text, times));
        Assert.True(WordErrors.Between(wanted, heard.Text).Rate <= 0.1, heard.Text);
        var first = engines.Recognizer.PiecesDecoded;
        var again = await RecognizeAsync([.. audio, .. new float[3200]], RecognitionTier.Quick);
        Assert.StartsWith(heard.Text[..(heard.Text.Length / 2)], again.Text, StringComparison.Ordinal);
        Assert.Equal(first + 1, engines.Recognizer.PiecesDecoded);
    }

    [Fact]
    public async Task While_the_larger_model_is_busy_the_smaller_answers()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => RecognizeAsync(engines.Speech, session: "s" + i)));
        Assert.Equal(["moonshine-base", "moonshine-tiny"], all.Select(heard => heard.Model).Distinct().Order());
        Assert.All(all, heard => Assert.True(WordErrors.Between(Engines.Text, heard.Text).Rate <= 0.1, heard.Text));
    }

    [Fact]
    public async Task Cancelling_stops_a_running_recognition()
    {
        using var cancelling = new CancellationTokenSource();
        var longest = Enumerable.Repeat(engines.Speech, 6).SelectMany(samples => samples).ToArray();
        var running = engines.Recognizer.RecognizeAsync(longest, new RecognitionRequest("c", RecognitionTier.Quick), cancelling.Token);
        Assert.True(SpinWait.SpinUntil(() => engines.Recognizer.Lanes[0].Status.RunningFor > TimeSpan.Zero, TimeSpan.FromSeconds(20)));
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.NotEqual("", (await RecognizeAsync(engines.Speech, RecognitionTier.Quick)).Text);
        Assert.Equal(0, engines.Recognizer.Lanes[0].Status.Failures);
    }

    [Fact]
    public void Tokens_become_text()
    {
        var vocabulary = LlamaVocabulary.Load(Weights.File("llama-tokenizer", "llama-tokenizer.js"));
        Assert.Equal(32_000, vocabulary.Count);

        // Vectors of llama-tokenizer-js's own tests.
        Assert.Equal("Hello world!", vocabulary.Decode([1, 15043, 3186, 29991, 2]));
        Assert.Equal("grabbed", vocabulary.Decode([1, 2646, 1327, 287]));
        Assert.Equal("镇", vocabulary.Decode([1, 29871, 236, 152, 138]));
        Assert.Equal("", vocabulary.Decode([1, 2, 32_500, -1]));
        Assert.Throws<InvalidDataException>(() => LlamaVocabulary.Parse("const nothing = 1", "x.js"));
    }

    [Fact]
    public void Loops_are_seen_and_speech_that_repeats_is_not()
    {
        Assert.True(RepetitionGuard.IsLoop([9, .. Enumerable.Repeat(5, 8)]));
        Assert.True(RepetitionGuard.IsLoop([9, .. Enumerable.Repeat(new[] { 1, 2, 3 }, 4).SelectMany(phrase => phrase)]));
        Assert.False(RepetitionGuard.IsLoop([5, 5, 5, 5, 5, 5, 5]));
        Assert.False(RepetitionGuard.IsLoop([1, 2, 3, 1, 2, 3, 1, 2, 3]));
        Assert.False(RepetitionGuard.IsLoop([]));
    }

    [Fact]
    public void Noise_words_are_told_from_speech()
    {
        Assert.True(Rejects("Yeah.", 0.58f));
        Assert.True(Rejects("Two.", 0.47f));
        Assert.True(Rejects("...", 0.99f));
        Assert.True(Rejects("Hello there", 0.9f, MoonshineStop.Loop));
        Assert.True(Rejects("Hello there", 0.9f, MoonshineStop.TooMany));
        Assert.False(Rejects("Thank you.", 0.91f));
        Assert.False(Rejects("Tuesday.", 0.6f));
        Assert.True(Rejects("Tuesday.", 0.6f, doubtful: true));
        Assert.True(Rejects("You", 0.9f, doubtful: true));
        Assert.False(Rejects("999-888", 0.8f, doubtful: true));

        static bool Rejects(string text, float confidence, MoonshineStop stop = MoonshineStop.EndToken, bool doubtful = false) =>
            HallucinationFilter.Rejects(text, new MoonshineDecoding([], MathF.Log(confidence), stop, doubtful), new RejectionOptions());
    }

    [Fact]
    public void Long_audio_is_cut_where_it_is_quiet()
    {
        var audio = Engines.Noise(40 * 16_000, 0.3f);
        Array.Clear(audio, 12 * 16_000, 4000);
        Assert.InRange(Segmenter.Next(audio), 12 * 16_000, (12 * 16_000) + 4000);
        Assert.Equal(Segmenter.Next(audio), Segmenter.Next(audio.AsSpan(0, 17 * 16_000)));
        Assert.Equal(16 * 16_000, Segmenter.Next(audio.AsSpan(0, 16 * 16_000)));
    }

    private Task<Recognition> RecognizeAsync(float[] samples, RecognitionTier tier = RecognitionTier.Accurate, string session = "test") =>
        engines.Recognizer.RecognizeAsync(samples, new RecognitionRequest(session, tier), CancellationToken.None);
}
