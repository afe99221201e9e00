using Conversation.Core.Recognition;

namespace Conversation.Core.Interruption;

/// <summary>Tells backchannels from content by the lists of <see cref="InterruptionOptions"/>.</summary>
internal sealed class BackchannelLexicon(InterruptionOptions options)
{
    private const int StopAnywhereWithin = 4;
    private const int MostHummed = 2;
    private readonly string[][] _backchannels = Phrases(options.Backchannels);
    private readonly string[][] _stops = Phrases(options.Stops);

    public SpeechMeaning Judge(string text)
    {
        var words = PhraseText.Words(text);
        if (words.Length == 0)
        {
            return SpeechMeaning.Nothing;
        }

        if (IsStop(words))
        {
            return SpeechMeaning.Stop;
        }

        if (Fillers.Only(text))
        {
            return SpeechMeaning.Backchannel;
        }

        if (words.Length <= MostHummed && Array.Exists(words, Hummed) && Array.TrueForAll(words, static w => Hummed(w) || w is "in" or "an"))
        {
            return SpeechMeaning.Backchannel;
        }

        for (var at = 0; at < words.Length;)
        {
            var length = Longest(_backchannels, words, at);
            if (length == 0 && !Fillers.Contains(words[at]))
            {
                return SpeechMeaning.Content;
            }

            at += Math.Max(1, length);
        }

        return SpeechMeaning.Backchannel;
    }

    // "Oh wait", "okay, stop": near the start, or anywhere in something short. "No problem" is longer in the other list and wins.
    private bool IsStop(string[] words)
    {
        var within = words.Length <= StopAnywhereWithin ? words.Length : 1;
        for (var at = 0; at < within; at++)
        {
            var stop = Longest(_stops, words, at);
            if (stop > 0 && Longest(_backchannels, words, at) <= stop)
            {
                return true;
            }

            if (within == 1 && Fillers.Contains(words[at]) && within < words.Length)
            {
                within++;
            }
        }

        return false;
    }

    // How recognisers spell a hum where they must write a word: "him", "hem", "imham", "in him". Alone over a reply these say nothing else.
    private static bool Hummed(string word) => word.Contains('m') && word.AsSpan().IndexOfAnyExcept("haeium'") < 0;

    private static int Longest(string[][] phrases, string[] words, int at)
    {
        var longest = 0;
        foreach (var phrase in phrases)
        {
            if (phrase.Length > longest && words.AsSpan(at).StartsWith(phrase))
            {
                longest = phrase.Length;
            }
        }

        return longest;
    }

    private static string[][] Phrases(IReadOnlyList<string> list) => [.. list.Select(PhraseText.Words).Where(static w => w.Length > 0)];
}
