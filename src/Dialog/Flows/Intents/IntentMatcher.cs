using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Text.RegularExpressions;
using Conversation.Dialog.Flows.Definition;
using Conversation.Inference.Ports;

namespace Conversation.Dialog.Flows.Intents;

/// <summary>Finds the intent whose examples an utterance is nearest to. Immutable once made, but for a small memory of late answers: a speculative reply is often asked again with the same words.</summary>
internal sealed class IntentMatcher
{
    private const int Remembered = 512;
    private readonly FlowDefinition _flow;
    private readonly ITextEmbedder _embedder;
    private readonly (IntentDefinition Intent, float[][] Examples)[] _intents;
    private readonly ConcurrentDictionary<string, IntentMatch[]> _late = new(StringComparer.Ordinal);

    private IntentMatcher(FlowDefinition flow, ITextEmbedder embedder, (IntentDefinition, float[][])[] intents) => (_flow, _embedder, _intents) = (flow, embedder, intents);

    /// <summary>Embeds every example.</summary>
    public static async Task<IntentMatcher> CreateAsync(FlowDefinition flow, ITextEmbedder embedder, CancellationToken cancellation)
    {
        var intents = new List<(IntentDefinition, float[][])>();
        foreach (var intent in flow.Intents.Values)
        {
            var vectors = new List<float[]>();
            foreach (var example in intent.Examples)
            {
                vectors.Add(await embedder.EmbedAsync(Utterance.Plain(example), cancellation).ConfigureAwait(false));
            }

            intents.Add((intent, [.. vectors]));
        }

        return new IntentMatcher(flow, embedder, [.. intents]);
    }

    /// <summary>Reads an utterance whole and, where it has several sentences, each of them.</summary>
    public async Task<IntentReading> ReadAsync(string text, CancellationToken cancellation)
    {
        var whole = await RankAsync(text, cancellation).ConfigureAwait(false);
        var sentences = Utterance.Sentences(text);
        var also = new List<IntentMatch>();
        if (sentences.Count > 1)
        {
            var best = whole;
            foreach (var sentence in sentences)
            {
                var ranked = await RankAsync(sentence, cancellation).ConfigureAwait(false);
                if (ranked.Length == 0 || ranked[0].Score < _flow.Match.Strong || ranked[0].Intent.Ignore)
                {
                    continue;
                }

                also.Add(ranked[0]);
                if (best.Length == 0 || ranked[0].Score > best[0].Score)
                {
                    best = ranked;
                }
            }

            whole = best;
        }

        return new IntentReading(whole, [.. also.Where(a => whole.Length == 0 || a.Intent != whole[0].Intent).DistinctBy(a => a.Intent)], _flow.Match);
    }

    private async ValueTask<IntentMatch[]> RankAsync(string text, CancellationToken cancellation)
    {
        if (_late.TryGetValue(text, out var known))
        {
            return known;
        }

        // With and without its values: "put me down for Monday" needs the day, "cancel Tuesday at nine for Anna Smith" does not.
        var vectors = new List<float[]>(2);
        foreach (var form in new[] { Utterance.Gist(text, _flow), Utterance.Plain(text) }.Distinct())
        {
            if (form.Length > 0)
            {
                vectors.Add(await _embedder.EmbedAsync(form, cancellation).ConfigureAwait(false));
            }
        }

        IntentMatch[] ranked = [.. _intents.Select(i => new IntentMatch(i.Intent, Score(i.Intent, i.Examples, text, vectors), text)).OrderByDescending(m => m.Score)];
        if (_late.Count >= Remembered)
        {
            _late.Clear();
        }

        return _late[text] = ranked;
    }

    /// <summary>A pattern that takes too long, by itself or on a machine out of breath, says nothing: the examples still do.</summary>
    private static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static float Score(IntentDefinition intent, float[][] examples, string text, List<float[]> vectors)
    {
        if (intent.Patterns.Any(p => Matches(p, text)))
        {
            return 1;
        }

        var boost = Math.Min(0.2f, 0.12f * intent.Boost.Count(b => Matches(b, text)));
        if (vectors.Count == 0 || examples.Length == 0)
        {
            return boost;
        }

        // The nearest example decides, tempered by the next two, so that one odd example does not rule.
        var nearest = examples.Select(e => vectors.Max(v => TensorPrimitives.Dot(e, v))).OrderDescending().Take(3).ToArray();
        return Math.Clamp((0.8f * nearest[0]) + (0.2f * nearest.Average()) + boost, 0, 0.999f);
    }
}
