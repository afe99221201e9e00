using Conversation.Audio;
using Conversation.Inference.Ports;
using Conversation.Speech.Cache;
using Conversation.Speech.Normalisation;
using Conversation.Speech.Pronunciation;
using Conversation.Speech.Timing;
using Microsoft.Extensions.Logging;

namespace Conversation.Speech;

/// <summary>A clause that was made, and the pause that its ending wants before the next.</summary>
internal readonly record struct MadeClause(SpokenClause Clause, TimeSpan Pause);

/// <summary>Makes one clause: from the cache, or with the tier's engine, or with another where that fails.</summary>
internal sealed class ClauseMaker(SpeechOptions options, IReadOnlyDictionary<string, ISynthesizer> tiers, Normaliser normaliser, PhonemeWriter phonemes, ILogger logger)
{
    private readonly PhraseCache _cache = new(options.CacheBytes);

    internal async Task<MadeClause> MakeAsync(string session, string text, SpeakingStyle style, int sampleRate, CancellationToken cancellation)
    {
        var phonetic = phonemes.Write(normaliser.Normalise(text));
        var pause = options.Pauses.After(phonetic.Phonemes);
        if (phonetic.Words.Count == 0)
        {
            return new(new SpokenClause(text, [], sampleRate, []), TimeSpan.Zero);
        }

        var engines = Engines(style);
        var voice = Voice(engines[0], style.Voice);
        var speed = Math.Clamp(style.Speed, 0.5f, 2f);
        var key = new PhraseKey(text, engines[0].Engine, voice, speed, sampleRate);
        if (_cache.Find(key) is { } known)
        {
            return new(known, pause);
        }

        for (var i = 0; ; i++)
        {
            try
            {
                var request = new SynthesisRequest(session, phonetic.Phonemes, i == 0 ? voice : engines[i].Voices[0].Id, speed);
                var speech = await engines[i].SynthesizeAsync(request, cancellation).ConfigureAwait(false);
                var clause = Finish(text, phonetic, speech, sampleRate);
                if (i == 0 && text.Length <= options.CacheLongest)
                {
                    _cache.Add(key, clause);
                }

                return new(clause, pause);
            }
            catch (Exception error) when (i + 1 < engines.Count && !cancellation.IsCancellationRequested)
            {
                SpeakerLog.FellBack(logger, engines[i].Engine, text.Length, engines[i + 1].Engine, error);
            }
        }
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

    /// <summary>The tier's engine first, then the others; an unknown tier is the default one.</summary>
    private List<ISynthesizer> Engines(SpeakingStyle style)
    {
        var first = tiers.TryGetValue(style.Tier, out var asked) ? asked : tiers.TryGetValue(options.DefaultTier, out var usual) ? usual : tiers.Values.First();
        return [first, .. tiers.Values.Where(s => s != first)];
    }

    /// <summary>A voice that the engine does not have, perhaps the other tier's, is its default.</summary>
    private static string Voice(ISynthesizer engine, string voice) => engine.Voices.Any(v => v.Id == voice) ? voice : engine.Voices[0].Id;
}
