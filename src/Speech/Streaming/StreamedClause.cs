using System.Runtime.InteropServices;
using Conversation.Audio;
using Conversation.Inference.Ports;
using Conversation.Speech.Pronunciation;
using Conversation.Speech.Timing;

namespace Conversation.Speech.Streaming;

/// <summary>
/// A clause whose sound comes bit by bit, given on in pieces of a fifth of a second and more. Where its words sound is estimated from the voice's usual pace, and put right by the whole length once
/// that is known. A word belongs to the piece in which it ends, the last to the last piece; so what was not given is what a stand-in has to say.
/// </summary>
internal sealed class StreamedClause
{
    private const float QuietDb = -45;

    private readonly string text;
    private readonly PhoneticClause phonetic;
    private readonly int rate;
    private readonly float speed;
    private readonly VoiceTraits traits;
    private readonly LoudnessOptions loudness;
    private readonly int estimated;
    private readonly IReadOnlyList<ClauseWord> words;
    private readonly List<float> waiting = [];
    private readonly List<float> whole = [];
    private readonly int block;
    private Resampler? resampler;
    private float[] scratch = [];
    private float? gain;
    private bool begun;
    private int given;
    private int wordsGiven;
    private int textGiven;
    private int lastEnd;

    public StreamedClause(string text, PhoneticClause phonetic, int rate, float speed, VoiceTraits traits, LoudnessOptions loudness)
    {
        (this.text, this.phonetic, this.rate, this.speed, this.traits, this.loudness) = (text, phonetic, rate, speed, traits, loudness);
        block = rate / 100;
        estimated = (int)Math.Max(1, WordTimings.WeightOf(phonetic.Phonemes) * traits.Known.Pace / speed * rate);
        words = WordTimings.Find(text, phonetic, WordTimings.Estimate(phonetic.Phonemes, estimated), estimated);
    }

    /// <summary>The text that was not given: with the word that was being said, should it break here.</summary>
    public string Rest => text[textGiven..];

    /// <summary>Whether any of it was given.</summary>
    public bool Any => given > 0;

    /// <summary>All of its sound, without the silence around it, at the asked rate and as loud as it came.</summary>
    public float[] Whole => [.. whole];

    /// <summary>Takes sound; the next piece, or null while there is too little for one.</summary>
    public SpokenClause? Take(SynthesisPiece piece)
    {
        Resample(piece);
        if (!begun && !Begin())
        {
            return null;
        }

        // Silence waits: it is a pause where sound follows, and the clause's end where none does.
        var ready = Math.Min(waiting.Count, LastLoud() + (2 * block));
        return ready >= rate / 5 ? Give(ready, ended: false) : null;
    }

    /// <summary>The last piece, with all that is left; null where there never was a sound.</summary>
    public SpokenClause? End()
    {
        if (resampler is not null)
        {
            var tail = new float[Math.Max(1, resampler.MaxFlush)];
            waiting.AddRange(tail.AsSpan(0, resampler.Flush(tail)));
        }

        if (!begun && !Begin())
        {
            return null;
        }

        var last = Give(Math.Min(waiting.Count, LastLoud() + (3 * block)), ended: true);
        var weight = WordTimings.WeightOf(phonetic.Phonemes);
        traits.Learn((float)whole.Count / rate * speed / Math.Max(weight, 1e-3f), Loudness.Measure(CollectionsMarshal.AsSpan(whole), rate, loudness.GateDb));
        return last;
    }

    private void Resample(SynthesisPiece piece)
    {
        if (piece.SampleRate == rate)
        {
            waiting.AddRange(piece.Samples);
            return;
        }

        resampler ??= new Resampler(piece.SampleRate, rate);
        var most = resampler.MaxOutput(piece.Samples.Length);
        if (scratch.Length < most)
        {
            scratch = new float[most];
        }

        waiting.AddRange(scratch.AsSpan(0, resampler.Process(piece.Samples, scratch)));
    }

    /// <summary>Drops the silence before the first sound but for a moment of it.</summary>
    private bool Begin()
    {
        var samples = CollectionsMarshal.AsSpan(waiting);
        for (var at = 0; at + block <= samples.Length; at += block)
        {
            if (Levels.RmsDb(samples.Slice(at, block)) >= QuietDb)
            {
                waiting.RemoveRange(0, Math.Max(0, at - (2 * block)));
                return begun = true;
            }
        }

        waiting.RemoveRange(0, Math.Max(0, waiting.Count - (3 * block)));
        return false;
    }

    /// <summary>Where the last sound among what waits ends.</summary>
    private int LastLoud()
    {
        var samples = CollectionsMarshal.AsSpan(waiting);
        for (var end = samples.Length; end > 0; end -= block)
        {
            var from = Math.Max(0, end - block);
            if (Levels.RmsDb(samples[from..end]) >= QuietDb)
            {
                return end;
            }
        }

        return 0;
    }

    private SpokenClause Give(int count, bool ended)
    {
        var samples = waiting.GetRange(0, count).ToArray();
        waiting.RemoveRange(0, count);
        whole.AddRange(samples);
        gain ??= Levels.FromDb(Math.Clamp(loudness.TargetDb - (traits.Known.LevelDb ?? Loudness.Measure(samples, rate, loudness.GateDb)), -loudness.MaxGainDb, loudness.MaxGainDb));
        Pcm.Gain(samples, gain.Value);
        Loudness.SoftLimit(samples, loudness.LimitFrom);
        var pcm = new short[count];
        Pcm.ToShort(samples, pcm);
        var from = given;
        given += count;
        var spoken = Words(from, ended);
        var textFrom = textGiven;
        textGiven = ended ? text.Length : TextUntil(spoken.Count);
        return new SpokenClause(text[textFrom..textGiven], pcm, rate, spoken);
    }

    private List<ClauseWord> Words(int from, bool ended)
    {
        var spoken = new List<ClauseWord>();
        var scale = ended ? (double)given / estimated : 1;
        while (wordsGiven < (ended ? words.Count : words.Count - 1) && (ended || words[wordsGiven].End <= given))
        {
            var word = words[wordsGiven++];
            var start = Math.Clamp((int)(word.Start * scale), lastEnd, given);
            lastEnd = Math.Clamp((int)(word.End * scale), start, given);
            spoken.Add(new ClauseWord(word.Text, start - from, lastEnd - from));
        }

        return spoken;
    }

    /// <summary>The place in the text behind so many more words and the white space after them.</summary>
    private int TextUntil(int more)
    {
        var at = textGiven;
        for (var i = wordsGiven - more; i < wordsGiven; i++)
        {
            var found = text.IndexOf(words[i].Text, at, StringComparison.Ordinal);
            at = found < 0 ? at : found + words[i].Text.Length;
        }

        while (more > 0 && at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
