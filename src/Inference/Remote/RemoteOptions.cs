namespace Conversation.Inference.Remote;

/// <summary>Engines on other servers that speak OpenAI's audio API. What is not named here stays with this platform's own models.</summary>
public sealed record RemoteOptions
{
    /// <summary>Who recognises the words a turn is answered on; the models here still show what is being heard, and stand in. Default null: they do it alone.</summary>
    public RemoteRecognitionOptions? Recognition { get; init; }

    /// <summary>Who speaks, by tier: a tier of its own ("studio"), or "fast" or "expressive", whose own engine then stands in. Default none.</summary>
    public Dictionary<string, RemoteSynthesisOptions> Synthesis { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Every fault, in words that name the setting; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        foreach (var fault in Recognition?.Validate("Engines:Remote:Recognition") ?? [])
        {
            yield return fault;
        }

        foreach (var (tier, options) in Synthesis)
        {
            if (tier.Length is 0 or > 32 || tier.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
            {
                yield return $"Engines:Remote:Synthesis names a tier '{tier}'; a tier is 1 to 32 of a-z, 0-9 and '-'.";
            }

            foreach (var fault in options.Validate($"Engines:Remote:Synthesis:{tier}"))
            {
                yield return fault;
            }
        }
    }
}
