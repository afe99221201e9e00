using System.Collections.Frozen;

namespace Conversation.Speech.Pronunciation;

/// <summary>Words written alike and spoken apart: told from the word before and after, else the commoner one.</summary>
internal static class Heteronyms
{
    // Usual: in most places. Other: where a clue of its kind is near.
    private static readonly FrozenDictionary<string, (Clue Clue, string Usual, string Other)> Known = new Dictionary<string, (Clue, string, string)>
    {
        ["read"] = (Clue.Past, "ɹˈid", "ɹˈɛd"),
        ["live"] = (Clue.Noun, "lˈɪv", "lˈIv"),
        ["lives"] = (Clue.Noun, "lˈɪvz", "lˈIvz"),
        ["lead"] = (Clue.Never, "lˈid", "lˈɛd"),
        ["wind"] = (Clue.Verb, "wˈɪnd", "wˈInd"),
        ["close"] = (Clue.Verb, "klˈOs", "klˈOz"),
        ["closes"] = (Clue.Never, "klˈOzɪz", ""),
        ["record"] = (Clue.Verb, "ɹˈɛkəɹd", "ɹəkˈɔɹd"),
        ["records"] = (Clue.Verb, "ɹˈɛkəɹdz", "ɹəkˈɔɹdz"),
        ["present"] = (Clue.Verb, "pɹˈɛzᵊnt", "pɹəzˈɛnt"),
        ["object"] = (Clue.Verb, "ˈɑbʤɛkt", "əbʤˈɛkt"),
        ["project"] = (Clue.Verb, "pɹˈɑʤɛkt", "pɹəʤˈɛkt"),
        ["contract"] = (Clue.Verb, "kˈɑntɹækt", "kəntɹˈækt"),
        ["content"] = (Clue.Adjective, "kˈɑntɛnt", "kəntˈɛnt"),
        ["minute"] = (Clue.Never, "mˈɪnət", ""),
        ["minutes"] = (Clue.Never, "mˈɪnəts", ""),
        ["tear"] = (Clue.Verb, "tˈɪɹ", "tˈɛɹ"),
        ["use"] = (Clue.Noun, "jˈuz", "jˈus"),
        ["house"] = (Clue.Never, "hˈWs", ""),
        ["increase"] = (Clue.Noun, "ɪnkɹˈis", "ˈɪnkɹˌis"),
        ["separate"] = (Clue.Verb, "sˈɛpəɹət", "sˈɛpəɹˌAt"),
        ["estimate"] = (Clue.Verb, "ˈɛstəmət", "ˈɛstəmˌAt"),
        ["perfect"] = (Clue.Never, "pˈɜɹfɪkt", ""),
        ["permit"] = (Clue.Verb, "pˈɜɹmˌɪt", "pəɹmˈɪt"),
        ["refund"] = (Clue.Verb, "ɹˈifˌʌnd", "ɹəfˈʌnd"),
        ["update"] = (Clue.Verb, "ˈʌpdˌAt", "ʌpdˈAt"),
        ["address"] = (Clue.Noun, "ədɹˈɛs", "ˈædɹˌɛs"),
        ["bow"] = (Clue.Never, "bˈO", ""),
        ["row"] = (Clue.Never, "ɹˈO", ""),
        ["bass"] = (Clue.Never, "bˈAs", ""),
        ["does"] = (Clue.Never, "dʌz", ""),
        ["excuse"] = (Clue.Noun, "ɪkskjˈuz", "ɪkskjˈus"),
        ["wound"] = (Clue.Never, "wˈund", ""),
        ["desert"] = (Clue.Never, "dˈɛzəɹt", ""),
        ["invalid"] = (Clue.Never, "ɪnvˈæləd", ""),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Determiners = Set("the a an this that my your his her its our their no any each every some one another which in for of patient medical last of'");
    private static readonly FrozenSet<string> BeforeVerb = Set("to will would can could should shall may might must please we i you they don't can't won't didn't doesn't let's and'");
    private static readonly FrozenSet<string> BeforePast = Set("have has had was were is been be i've we've you've they've he's she's already just well being are");
    private static readonly FrozenSet<string> BeforeLiveAdjective = Set("a the our their");
    private static readonly FrozenSet<string> BeforeContent = Set("are is be was were very quite feel not");

    private enum Clue
    {
        Never,
        Past,
        Noun,
        Verb,
        Adjective,
    }

    /// <summary>The pronunciation of <paramref name="word"/> between its neighbours (lower case; empty at an end); null where it is no heteronym.</summary>
    internal static string? Find(string word, string before, string after)
    {
        if (!Known.TryGetValue(word, out var entry))
        {
            return null;
        }

        var other = entry.Clue switch
        {
            Clue.Past => BeforePast.Contains(before) || (before is "he" or "she" or "it") || after is "yesterday",
            Clue.Noun => word == "live" ? BeforeLiveAdjective.Contains(before) || after is "music" or "chat" or "show" or "agent" : Determiners.Contains(before),
            Clue.Verb => BeforeVerb.Contains(before) || (word == "close" && (after is "at" or "on" or "early" or "for" || before is "")),
            Clue.Adjective => BeforeContent.Contains(before),
            _ => false,
        };
        return other ? entry.Other : entry.Usual;
    }

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
