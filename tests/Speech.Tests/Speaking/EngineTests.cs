using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.Synthesis;
using Conversation.Inference.Ports;
using Conversation.Speech.Tests.Support;

namespace Conversation.Speech.Tests.Speaking;

public class EngineTests
{
    [Fact]
    public async Task The_fast_engine_without_noise_repeats_itself_exactly()
    {
        var first = await Shared.Vits.SynthesizeAsync(new SynthesisRequest("s", "həlˈO, wˈɜɹld.", ""), default);
        var second = await Shared.Vits.SynthesizeAsync(new SynthesisRequest("s", "həlˈO, wˈɜɹld.", ""), default);
        Assert.Equal(first.Samples, second.Samples);
        Assert.Equal(22_050, first.SampleRate);
        Assert.InRange(first.Samples.Length, 22_050 / 3, 22_050 * 2);
    }

    [Fact]
    public async Task Phoneme_ends_rise_and_reach_the_end_of_the_sound()
    {
        const string Phonemes = "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˈOvəɹ ðə lˈAzi dˈɔɡ.";
        var speech = await Shared.Vits.SynthesizeAsync(new SynthesisRequest("s", Phonemes, ""), default);
        var ends = speech.PhonemeEnds!;
        Assert.Equal(Phonemes.Length, ends.Length);
        Assert.Equal(ends.Order(), ends);
        Assert.InRange(ends[^1], speech.Samples.Length * 0.9, speech.Samples.Length);
        Assert.InRange(ends[Phonemes.IndexOf('ʤ', StringComparison.Ordinal)], speech.Samples.Length * 0.3, speech.Samples.Length * 0.6);
    }

    [Fact]
    public async Task Speed_shortens()
    {
        var slow = await Shared.Vits.SynthesizeAsync(new SynthesisRequest("s", "həlˈO, wˈɜɹld.", "", 0.8f), default);
        var quick = await Shared.Vits.SynthesizeAsync(new SynthesisRequest("s", "həlˈO, wˈɜɹld.", "", 1.6f), default);
        Assert.InRange((double)slow.Samples.Length / quick.Samples.Length, 1.4, 2.6);
    }

    [Fact]
    public async Task Each_named_voice_sounds_its_own()
    {
        var lengths = new HashSet<float>();
        foreach (var voice in Shared.Vits.Voices)
        {
            var speech = await Shared.Vits.SynthesizeAsync(new SynthesisRequest("s", "həlˈO.", voice.Id), default);
            Assert.True(lengths.Add(speech.Samples.Sum(MathF.Abs)), voice.Id);
        }
    }

    [Fact]
    public async Task An_unknown_voice_is_refused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Shared.Vits.SynthesizeAsync(new SynthesisRequest("s", "həlˈO.", "nobody"), default));

    [Fact]
    public async Task A_cancelled_clause_is_not_spoken()
    {
        using var stop = new CancellationTokenSource();
        var speaking = Shared.Vits.SynthesizeAsync(new SynthesisRequest("s", string.Concat(Enumerable.Repeat("ðə kwˈɪk bɹˈWn fˈɑks, ", 12)), ""), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => speaking);
        Assert.NotEmpty((await Shared.Vits.SynthesizeAsync(new SynthesisRequest("s", "həlˈO.", ""), default)).Samples);
    }

    [Fact]
    public void Faults_of_options_are_named_together()
    {
        var error = Assert.Throws<ArgumentException>(() => new VitsSynthesizer(new VitsOptions { ModelPath = "no.onnx", TokensPath = "no.txt", Noise = 3 }, LaneServices.Quiet));
        Assert.All(new[] { "no.onnx", "no.txt", "Noise" }, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(510)]
    [InlineData(511)]
    [InlineData(1700)]
    public void Too_long_a_clause_is_cut_for_the_expressive_engine_at_marks_or_spaces(int length)
    {
        var phonemes = string.Concat(Enumerable.Repeat("lˈɔŋ wˈɜɹdz, ", 200))[..length];
        var parts = KokoroTokens.Split(phonemes, 510).ToList();
        Assert.Equal(phonemes, string.Concat(parts.Select(p => phonemes.Substring(p.Start, p.Length))));
        Assert.All(parts, p => Assert.InRange(p.Length, 1, 510));
        Assert.All(parts.SkipLast(1), p => Assert.Contains(phonemes[p.Start + p.Length - 1], ", "));
    }
}
