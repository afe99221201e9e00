namespace Conversation.Conformance.Engines;

/// <summary>
/// Speech that a test can make and a scripted recogniser can read back from the samples alone: each word is a short high tone, which begins it, and a lower one, which says
/// which word it is. So what was recognised shows what audio arrived, at any rate, with no table of sessions behind it.
/// </summary>
public static class SpokenWords
{
    /// <summary>The words there are.</summary>
    public static readonly IReadOnlyList<string> Vocabulary =
    [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "what", "time", "is", "it", "tell", "me",
        "a", "story", "please", "mhm", "stop", "book", "table", "for", "tomorrow", "where", "are", "you", "red", "green", "blue", "white",
    ];

    public static readonly TimeSpan WordTime = TimeSpan.FromMilliseconds(256);
    private const double MarkTime = 0.032;
    private const double LeastBody = 0.128;
    private const int MarkHz = 3_200;
    private const int FirstHz = 300;
    private const int StepHz = 50;
    private const short Loud = 8_000;
    private const float Quiet = 0.05f;

    /// <summary>The words, said one after the other at <paramref name="rate"/>.</summary>
    public static short[] Say(string words, int rate = 16_000)
    {
        var said = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var length = (int)(WordTime.TotalSeconds * rate);
        var samples = new short[said.Length * length];
        for (var word = 0; word < said.Length; word++)
        {
            var code = Code(said[word]);
            for (var i = 0; i < length; i++)
            {
                var seconds = (double)i / rate;
                var hz = seconds < MarkTime ? MarkHz : FirstHz + (code * StepHz);
                samples[(word * length) + i] = (short)(Loud * Math.Sin(2 * Math.PI * hz * seconds));
            }
        }

        return samples;
    }

    /// <summary>So much silence.</summary>
    public static short[] Silence(TimeSpan length, int rate = 16_000) => new short[(int)(length.TotalSeconds * rate)];

    /// <summary>How long a phrase sounds.</summary>
    public static TimeSpan Length(string words) => WordTime * words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>Whether this window is speech.</summary>
    public static bool IsSpeech(ReadOnlySpan<float> window)
    {
        var energy = 0.0;
        foreach (var sample in window)
        {
            energy += sample * sample;
        }

        return Math.Sqrt(energy / window.Length) > 0.02;
    }

    /// <summary>The words in 16 kHz samples; one of which less than half is there is not heard.</summary>
    public static string Hear(ReadOnlySpan<float> samples)
    {
        const int piece = 128;
        List<string> words = [];
        var bodyFrom = -1;
        var marked = false;
        for (var at = 0; at + piece <= samples.Length; at += piece)
        {
            var (hz, loud) = Tone(samples.Slice(at, piece));
            var mark = loud && hz > 2_300;
            if (bodyFrom >= 0 && (mark || !loud))
            {
                Add(words, samples[bodyFrom..at]);
                bodyFrom = -1;
            }

            if (loud && !mark && marked && bodyFrom < 0)
            {
                // The piece in which one tone follows the other is neither.
                bodyFrom = at;
            }

            marked = mark || (marked && bodyFrom < 0 && loud);
        }

        if (bodyFrom >= 0)
        {
            Add(words, samples[bodyFrom..]);
        }

        return string.Join(' ', words);
    }

    private static void Add(List<string> words, ReadOnlySpan<float> body)
    {
        if (body.Length >= LeastBody * 16_000)
        {
            var code = (int)Math.Round((Tone(body[128..^64]).Hz - FirstHz) / StepHz);
            words.Add(code >= 0 && code < Vocabulary.Count ? Vocabulary[code] : "?");
        }
    }

    private static (double Hz, bool Loud) Tone(ReadOnlySpan<float> samples)
    {
        var (first, last, crossings, loudest) = (-1.0, -1.0, 0, 0f);
        for (var i = 1; i < samples.Length; i++)
        {
            loudest = Math.Max(loudest, Math.Abs(samples[i]));
            if (samples[i - 1] < 0 != samples[i] < 0)
            {
                last = i - 1 + (samples[i - 1] / (samples[i - 1] - samples[i]));
                first = first < 0 ? last : first;
                crossings++;
            }
        }

        return (crossings < 2 ? 0 : (crossings - 1) * 8_000 / (last - first), loudest > Quiet);
    }

    private static int Code(string word)
    {
        for (var i = 0; i < Vocabulary.Count; i++)
        {
            if (Vocabulary[i] == word)
            {
                return i;
            }
        }

        throw new ArgumentException($"'{word}' is no word of the vocabulary.", nameof(word));
    }
}
