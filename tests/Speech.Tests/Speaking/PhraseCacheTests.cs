using Conversation.Speech.Cache;

namespace Conversation.Speech.Tests.Speaking;

public class PhraseCacheTests
{
    [Fact]
    public void The_least_recently_used_goes_first_and_the_bound_holds()
    {
        var cache = new PhraseCache(10_000);
        foreach (var name in "abc")
        {
            cache.Add(Key(name), Clause(1500));
        }

        Assert.NotNull(cache.Find(Key('a')));
        cache.Add(Key('d'), Clause(1500));
        Assert.InRange(cache.Bytes, 1, 10_000);
        Assert.NotNull(cache.Find(Key('a')));
        Assert.Null(cache.Find(Key('b')));
        Assert.NotNull(cache.Find(Key('d')));
    }

    [Fact]
    public void What_is_larger_than_all_of_it_is_not_kept()
    {
        var cache = new PhraseCache(1000);
        cache.Add(Key('a'), Clause(5000));
        Assert.Null(cache.Find(Key('a')));
        Assert.Equal(0, cache.Bytes);
    }

    private static PhraseKey Key(char name) => new(name.ToString(), "fast", "", 1, 16_000);

    private static SpokenClause Clause(int samples) => new("x", new short[samples], 16_000, []);
}
