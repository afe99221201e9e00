using System.Numerics.Tensors;
using Conversation.Inference.Lanes;
using Conversation.Inference.Onnx.MiniLm;

namespace Conversation.Inference.Tests.Onnx;

public sealed class MiniLmTests : IDisposable
{
    private readonly MiniLmEmbedder _embedder = new(Engines.MiniLm with { CacheEntries = 2 }, LaneServices.Quiet);

    [Theory]

    // From the quick start of Sentence Transformers, for the same model in 32 bit.
    [InlineData("The weather is lovely today.", "It's so sunny outside!", 0.6660)]
    [InlineData("The weather is lovely today.", "He drove to the stadium.", 0.1046)]
    [InlineData("It's so sunny outside!", "He drove to the stadium.", 0.1411)]
    [InlineData("the same", "the same", 1)]
    public async Task Likeness_is_as_published(string a, string b, float likeness) => Assert.Equal(likeness, await LikenessAsync(a, b), 0.04f);

    [Fact]
    public async Task Like_requests_lie_closer_than_unlike_ones()
    {
        var booking = await LikenessAsync("I want to book an appointment", "Can I make an appointment, please?");
        var hours = await LikenessAsync("When are you open?", "What are your opening hours?");
        var unlike = await LikenessAsync("I want to book an appointment", "What are your opening hours?");
        Assert.True(Math.Min(booking, hours) > unlike + 0.2, $"booking {booking}, hours {hours}, unlike {unlike}");
    }

    [Fact]
    public async Task Repeated_texts_cost_no_run_and_the_longest_unused_goes_first()
    {
        var first = await EmbedAsync("one");
        Assert.Equal(1, TensorPrimitives.Norm<float>(first), 1e-5f);
        Array.Clear(first);
        await EmbedAsync("two");
        Assert.NotEqual(0, TensorPrimitives.Norm<float>(await EmbedAsync("one")));
        Assert.Equal(2, await RunsAsync(2));
        await EmbedAsync("three");
        await EmbedAsync("one");
        Assert.Equal(3, await RunsAsync(3));
        await EmbedAsync("two");
        Assert.Equal(4, await RunsAsync(4));
    }

    [Fact]
    public async Task Empty_and_endless_texts_have_vectors()
    {
        Assert.Equal(1, TensorPrimitives.Norm<float>(await EmbedAsync("")), 1e-5f);
        Assert.Equal(1, TensorPrimitives.Norm<float>(await EmbedAsync(string.Join(' ', Enumerable.Repeat("word", 2000)))), 1e-5f);
    }

    [Theory]
    [InlineData("hello world!", new long[] { 101, 7592, 2088, 999, 102 })]
    [InlineData("Embeddings", new long[] { 101, 7861, 8270, 4667, 2015, 102 })]
    [InlineData("  Café\tna\u0308ive ", new long[] { 101, 7668, 15743, 102 })]
    [InlineData("", new long[] { 101, 102 })]
    public void Texts_become_berts_tokens(string text, long[] ids) => Assert.Equal(ids, WordPieceTokenizer.Load(Engines.MiniLm.TokenizerPath).Encode(text, 128));

    [Fact]
    public void Too_many_tokens_are_cut_but_the_end_stays()
    {
        var ids = WordPieceTokenizer.Load(Engines.MiniLm.TokenizerPath).Encode("one two three four five six seven eight nine", 8);
        Assert.Equal(8, ids.Length);
        Assert.Equal(102, ids[^1]);
    }

    public void Dispose() => _embedder.Dispose();

    private Task<float[]> EmbedAsync(string text) => _embedder.EmbedAsync(text, CancellationToken.None);

    private async Task<float> LikenessAsync(string a, string b)
    {
        var (x, y) = (await EmbedAsync(a), await EmbedAsync(b));
        return TensorPrimitives.Dot<float>(x, y);
    }

    // A run is counted just after its answer is given.
    private Task<long> RunsAsync(long expected)
    {
        SpinWait.SpinUntil(() => _embedder.Lane.Status.Runs >= expected, TimeSpan.FromSeconds(20));
        return Task.FromResult(_embedder.Lane.Status.Runs);
    }
}
