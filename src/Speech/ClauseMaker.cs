using Conversation.Audio;
using Conversation.Inference.Ports;
using Conversation.Speech.Cache;
using Conversation.Speech.Normalisation;
using Conversation.Speech.Pronunciation;
using Conversation.Speech.Streaming;
using Conversation.Speech.Timing;
using Microsoft.Extensions.Logging;

namespace Conversation.Speech;

/// <summary>A clause that was made, and the pause that its ending wants before the next.</summary>
internal readonly record struct MadeClause(SpokenClause Clause, TimeSpan Pause);

/// <summary>Makes one clause: from the cache, or with the tier's engine, or with another where that fails.</summary>
internal sealed class ClauseMaker(SpeechOptions options, IReadOnlyDictionary<string, ISynthesizer> tiers, Normaliser normaliser, PhonemeWriter phonemes, ILogger logger)
{
    /// <summary>Between a voice that broke off and the one that goes on.</summary>
    private static readonly TimeSpan Seam = TimeSpan.FromMilliseconds(60);

    private readonly PhraseCache _cache = new(options.CacheBytes);

    private readonly KnownVoices _voices = new();

    /// <summary>Who speaks a reply of this style; an unknown tier is the default one.</summary>
    internal ReplyEngines EnginesOf(SpeakingStyle style) =>
        new(tiers, tiers.TryGetValue(style.Tier, out var asked) ? asked : tiers.TryGetValue(options.DefaultTier, out var usual) ? usual : tiers.Values.First(), style.Voice);

    /// <summary>Makes a clause, or, of one that comes bit by bit, its end: what comes before it goes to <paramref name="early"/>.</summary>
    internal async Task<MadeClause> MakeAsync(string session, string text, ReplyEngines engines, float pace, int sampleRate, Func<SpokenClause, ValueTask> early, CancellationToken cancellation)
    {
        var phonetic = phonemes.Write(normaliser.Normalise(text));
        var pause = options.Pauses.After(phonetic.Phonemes);
        var speed = Math.Clamp(pace, 0.5f, 2f);
        var gap = TimeSpan.Zero;
        for (var i = engines.First; ; i++)
        {
            if (phonetic.Words.Count == 0)
            {
                return new(new SpokenClause(text, [], sampleRate, []), TimeSpan.Zero);
            }

            var (engine, voice) = engines[i];
            var key = new PhraseKey(text, engine.Engine, voice, speed, sampleRate);
            if (_cache.Find(key) is { } known)
            {
                return new(SpokenClauses.After(known, gap), pause);
            }

            var request = new SynthesisRequest(session, phonetic.Phonemes, voice, speed) { Text = text };
            var streamed = engine is IStreamingSynthesizer ? new StreamedClause(text, phonetic, sampleRate, speed, _voices.Of(engine.Engine, voice), options.Loudness) : null;
            try
            {
                var clause = streamed is null
                    ? Finish(text, phonetic, await engine.SynthesizeAsync(request, cancellation).ConfigureAwait(false), sampleRate)
                    : await StreamAsync((IStreamingSynthesizer)engine, request, streamed, early, cancellation).ConfigureAwait(false);
                if (text.Length <= options.CacheLongest)
                {
                    _cache.Add(key, streamed is null ? clause : Finish(text, phonetic, new Synthesis(streamed.Whole, sampleRate, null, TimeSpan.Zero, TimeSpan.Zero), sampleRate));
                }

                return new(SpokenClauses.After(clause, gap), pause);
            }
            catch (Exception error) when (i + 1 < engines.Count && !cancellation.IsCancellationRequested)
            {
                engines.Failed(i);
                if (streamed is null || error is InvalidDataException)
                {
                    SpeakerLog.FellBack(logger, engine.Engine, text.Length, engines[i + 1].Engine.Engine, error);
                }
                else
                {
                    SpeakerLog.StoodIn(logger, engine.Engine, text.Length, engines[i + 1].Engine.Engine, error.Message);
                }

                if (streamed is { Any: true })
                {
                    // Goes on from the word that was being said.
                    text = streamed.Rest;
                    phonetic = phonemes.Write(normaliser.Normalise(text));
                    gap = Seam;
                }
            }
        }
    }

    private static async Task<SpokenClause> StreamAsync(IStreamingSynthesizer engine, SynthesisRequest request, StreamedClause clause, Func<SpokenClause, ValueTask> early, CancellationToken cancellation)
    {
        await foreach (var piece in engine.StreamAsync(request, cancellation).ConfigureAwait(false))
        {
            if (clause.Take(piece) is { } part)
            {
                await early(part).ConfigureAwait(false);
            }
        }

        return clause.End() ?? throw new InvalidDataException("There was nothing but silence in it.");
    }

    private SpokenClause Finish(string text, PhoneticClause phonetic, Synthesis speech, int sampleRate)
    {
        var samples = speech.SampleRate == sampleRate ? speech.Samples : Resampler.Convert(speech.Samples, speech.SampleRate, sampleRate);
        Loudness.Normalise(samples, sampleRate, options.Loudness);
        var pcm = new short[samples.Length];
        Pcm.ToShort(samples, pcm);
        var ends = speech.PhonemeEnds is { } known
            ? Array.ConvertAll(known, e => (int)((long)e * sampleRate / speech.SampleRate))
            : WordTimings.Estimate(phonetic.Phonemes, samples.Length);
        return new SpokenClause(text, pcm, sampleRate, WordTimings.Find(text, phonetic, ends, pcm.Length));
    }
}
