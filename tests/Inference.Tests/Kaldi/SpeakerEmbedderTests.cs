using System.Numerics.Tensors;
using Conversation.Inference.Kaldi;
using Conversation.Inference.Lanes;

namespace Conversation.Inference.Tests.Kaldi;

public sealed class SpeakerEmbedderTests
{
    private const int Second = 16_000;
    private static readonly SpeakerOptions Options = new() { Directory = SpeakerFactAttribute.Folder };

    [SpeakerFact]
    public async Task One_voice_is_more_like_itself_than_like_another()
    {
        using var embedder = new SpeakerEmbedder(Options, LaneServices.Quiet);
        var (first, second) = (Voices.Read("speaker-0"), Voices.Read("speaker-16"));
        var half = first.Length / 2;
        var (a, b, c) = (await Embed(first.AsMemory(0, half)), await Embed(first.AsMemory(half)), await Embed(second));
        Assert.Equal(128, embedder.Dimensions);
        Assert.Equal(128, a.Length);
        Assert.Equal(1, TensorPrimitives.Norm<float>(a), 1e-5f);
        var (same, different) = (Likeness(a, b), Math.Max(Likeness(a, c), Likeness(b, c)));
        Assert.True(same > different + 0.1f, $"same {same}, different {different}");

        async Task<float[]> Embed(ReadOnlyMemory<float> samples) => Assert.IsType<float[]>(await embedder.EmbedAsync(samples, "test", CancellationToken.None));
    }

    [SpeakerFact]
    public async Task Neither_level_nor_pauses_change_a_voice()
    {
        using var embedder = new SpeakerEmbedder(Options, LaneServices.Quiet);
        await embedder.WarmUpAsync(CancellationToken.None);
        var speech = Voices.Read("speaker-0");
        var vector = (await embedder.EmbedAsync(speech, "test", CancellationToken.None))!;
        float[] quiet = [.. speech.Select(sample => sample / 10)];
        float[] paused = [.. new float[2 * Second], .. speech, .. new float[3 * Second]];
        Assert.InRange(Likeness(vector, await embedder.EmbedAsync(quiet, "test", CancellationToken.None)), 0.999f, 1.001f);
        Assert.InRange(Likeness(vector, await embedder.EmbedAsync(paused, "test", CancellationToken.None)), 0.99f, 1.001f);
        Assert.Equal(vector, (await embedder.EmbedAsync(speech, "another", CancellationToken.None))!);
    }

    [SpeakerFact]
    public async Task Too_little_speech_has_no_vector()
    {
        using var embedder = new SpeakerEmbedder(Options, LaneServices.Quiet);
        var speech = Voices.Read("speaker-0");
        float[] shortly = [.. new float[2 * Second], .. speech.AsSpan(0, Second * 9 / 10), .. new float[2 * Second]];
        Assert.Null(await embedder.EmbedAsync(default, "test", CancellationToken.None));
        Assert.Null(await embedder.EmbedAsync(new float[10 * Second], "test", CancellationToken.None));
        Assert.Null(await embedder.EmbedAsync(shortly, "test", CancellationToken.None));
        Assert.NotNull(await embedder.EmbedAsync(Tone(Second), "test", CancellationToken.None));
    }

    [SpeakerFact]
    public async Task Speech_beyond_the_limit_is_not_looked_at()
    {
        using var embedder = new SpeakerEmbedder(Options with { MaxSpeech = TimeSpan.FromSeconds(1.5) }, LaneServices.Quiet);
        var speech = Voices.Read("speaker-0");
        float[] other = [.. speech.AsSpan(0, 2 * Second), .. Voices.Read("speaker-16").AsSpan(2 * Second)];
        Assert.Equal(await embedder.EmbedAsync(speech, "test", CancellationToken.None), await embedder.EmbedAsync(other, "test", CancellationToken.None));
    }

    [SpeakerFact]
    public async Task Cancelling_takes_a_request_back_and_the_lane_lives_on()
    {
        using var embedder = new SpeakerEmbedder(Options, LaneServices.Quiet);
        var speech = Voices.Read("speaker-0");
        using var cancellation = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 8).Select(_ => embedder.EmbedAsync(speech, "test", cancellation.Token)).ToList();
        await cancellation.CancelAsync();
        foreach (var request in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        Assert.NotNull(await embedder.EmbedAsync(speech, "test", CancellationToken.None));
        Assert.Equal(0, embedder.Lane.Status.Failures);
    }

    [SpeakerFact]
    public void A_torn_model_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("conversation-speaker").FullName;
        try
        {
            foreach (var file in Options.Files)
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            var torn = Options with { Directory = folder };
            using (var network = File.OpenWrite(torn.NetworkPath))
            {
                network.SetLength(5_000_000);
            }

            Assert.Contains("ends too soon", Assert.Throws<InvalidDataException>(() => new SpeakerEmbedder(torn, LaneServices.Quiet)).Message, StringComparison.Ordinal);
            File.WriteAllText(torn.NetworkPath, "an error page");
            Assert.Contains("not a binary Kaldi file", Assert.Throws<InvalidDataException>(() => new SpeakerEmbedder(torn, LaneServices.Quiet)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Every_fault_of_the_options_is_reported_at_once()
    {
        var faults = new SpeakerOptions { Directory = " ", MinSpeech = TimeSpan.Zero, MaxSpeech = TimeSpan.FromMinutes(2), QueueCapacity = 0, HungAfter = TimeSpan.Zero }.Faults().ToList();
        Assert.Equal(5, faults.Count);
        Assert.Empty(Options.Faults());
    }

    private static float Likeness(float[]? a, float[]? b) => TensorPrimitives.Dot<float>(a, b);

    private static float[] Tone(int samples) => [.. Enumerable.Range(0, samples).Select(i => 0.2f * MathF.Sin(i * 0.07f))];
}
