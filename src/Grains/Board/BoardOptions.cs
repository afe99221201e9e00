namespace Conversation.Grains.Board;

/// <summary>How silos tell one another what they have.</summary>
internal sealed record BoardOptions
{
    /// <summary>How often a silo posts its card. Default 2 s, 10 ms to 1 min.</summary>
    public TimeSpan PostEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A card older than this is ignored. Default 10 s, at least twice <see cref="PostEvery"/>.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Every fault, in words that name the setting; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (PostEvery < TimeSpan.FromMilliseconds(10) || PostEvery > TimeSpan.FromMinutes(1))
        {
            yield return $"Board:PostEvery is {PostEvery}; it must be 10 ms to 1 min.";
        }

        if (KeepFor < 2 * PostEvery)
        {
            yield return $"Board:KeepFor is {KeepFor}; it must be at least twice Board:PostEvery ({PostEvery}).";
        }
    }
}
