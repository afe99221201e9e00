using System.Collections.Frozen;

namespace Conversation.Speech.Pronunciation;

/// <summary>
/// Words that a dictionary of citation forms gets wrong in running speech: function words in the unstressed form that the voices were trained on,
/// and names and new words that the dictionary lacks.
/// </summary>
internal static class CommonWords
{
    /// <summary>Unstressed unless emphasised.</summary>
    internal static FrozenDictionary<string, string> Weak { get; } = new Dictionary<string, string>
    {
        ["a"] = "ɐ", ["an"] = "ɐn", ["and"] = "ænd", ["are"] = "ɑɹ", ["as"] = "æz", ["at"] = "æt", ["be"] = "bi", ["been"] = "bˌɪn", ["but"] = "bˌʌt", ["by"] = "bI",
        ["can"] = "kæn", ["could"] = "kʊd", ["did"] = "dɪd", ["do"] = "du", ["does"] = "dʌz", ["for"] = "fɔɹ", ["from"] = "fɹʌm", ["had"] = "hæd", ["has"] = "hæz",
        ["have"] = "hæv", ["he"] = "hi", ["her"] = "hɜɹ", ["him"] = "hɪm", ["his"] = "hɪz", ["how"] = "hˌW", ["if"] = "ɪf", ["in"] = "ɪn", ["into"] = "ˌɪntu", ["is"] = "ɪz", ["it"] = "ɪt", ["its"] = "ɪts",
        ["just"] = "ʤˈʌst", ["may"] = "mA", ["me"] = "mˌi", ["my"] = "mI", ["not"] = "nˌɑt", ["of"] = "ʌv", ["on"] = "ˌɔn", ["or"] = "ɔɹ", ["our"] = "ˌWəɹ", ["she"] = "ʃi", ["should"] = "ʃʊd",
        ["so"] = "sˌO", ["some"] = "sˌʌm", ["than"] = "ðæn", ["that"] = "ðæt", ["their"] = "ðɛɹ", ["them"] = "ðˌɛm", ["there"] = "ðɛɹ", ["these"] = "ðiz", ["they"] = "ðA", ["this"] = "ðɪs",
        ["up"] = "ˌʌp", ["us"] = "ˌʌs", ["was"] = "wʌz", ["we"] = "wi", ["were"] = "wɜɹ", ["will"] = "wɪl", ["with"] = "wɪð", ["would"] = "wʊd", ["you"] = "ju", ["your"] = "jʊɹ",
        ["i"] = "ˌI", ["i'm"] = "ˌIm", ["i'll"] = "ˌIl", ["i've"] = "ˌIv", ["i'd"] = "ˌId", ["it's"] = "ˌɪts", ["you're"] = "jʊɹ", ["we're"] = "wɪɹ", ["they're"] = "ðɛɹ", ["that's"] = "ðæts", ["you'll"] = "jul",
        ["we'll"] = "wil", ["you've"] = "juv", ["we've"] = "wiv", ["let's"] = "lˈɛts", ["there's"] = "ðɛɹz", ["he's"] = "hiz", ["she's"] = "ʃiz", ["what's"] = "wˌʌts", ["which"] = "wˌɪʧ", ["when"] = "wˌɛn",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Words the dictionary lacks or has badly.</summary>
    internal static FrozenDictionary<string, string> Added { get; } = new Dictionary<string, string>
    {
        ["app"] = "ˈæp", ["apps"] = "ˈæps", ["blog"] = "blˈɔɡ", ["chatbot"] = "ʧˈætbˌɑt", ["covid"] = "kˈOvɪd", ["email"] = "ˈimˌAl", ["emails"] = "ˈimˌAlz", ["google"] = "ɡˈuɡəl", ["gmail"] = "ʤˈimˌAl",
        ["hashtag"] = "hˈæʃtˌæɡ", ["hello"] = "həlˈO", ["iphone"] = "ˈIfˌOn", ["kilo"] = "kˈilO", ["kilobyte"] = "kˈɪləbˌIt", ["kilobytes"] = "kˈɪləbˌIts", ["megabyte"] = "mˈɛɡəbˌIt", ["megabytes"] = "mˈɛɡəbˌIts",
        ["gigabyte"] = "ɡˈɪɡəbˌIt", ["gigabytes"] = "ɡˈɪɡəbˌIts", ["terabyte"] = "tˈɛɹəbˌIt", ["terabytes"] = "tˈɛɹəbˌIts", ["login"] = "lˈɔɡˌɪn", ["ok"] = "ˌOkˈA", ["okay"] = "ˌOkˈA",
        ["online"] = "ˌɔnlˈIn", ["podcast"] = "pˈɑdkˌæst", ["reschedule"] = "ɹiskˈɛʤul", ["rescheduled"] = "ɹiskˈɛʤuld", ["signup"] = "sˈInˌʌp", ["smartphone"] = "smˈɑɹtfˌOn", ["website"] = "wˈɛbsˌIt", ["websites"] = "wˈɛbsˌIts",
        ["wifi"] = "wˈIfˌI", ["wi-fi"] = "wˈIfˌI", ["youtube"] = "jˈutˌub", ["siobhan"] = "ʃɪvˈɔn", ["niamh"] = "nˈiv", ["nguyen"] = "wˈɪn", ["aoife"] = "ˈifə", ["euro"] = "jˈʊɹO", ["euros"] = "jˈʊɹOz", ["celsius"] = "sˈɛlsiəs",
        ["kubernetes"] = "kˌubəɹnˈɛTiz", ["mm"] = "ˈm", ["hmm"] = "hˈm", ["uh"] = "ˈʌ", ["um"] = "ˈʌm", ["physio"] = "fˈɪziˌO", ["paracetamol"] = "pˌæɹəsˈiTəmˌɔl", ["ibuprofen"] = "ˌIbjupɹˈOfən", ["gp"] = "ʤˌipˈi",
        ["tuesday"] = "tˈuzdˌA", ["monday"] = "mˈʌndˌA", ["wednesday"] = "wˈɛnzdˌA", ["thursday"] = "θˈɜɹzdˌA", ["friday"] = "fɹˈIdˌA", ["saturday"] = "sˈæTəɹdˌA", ["sunday"] = "sˈʌndˌA",
        ["mondays"] = "mˈʌndˌAz", ["tuesdays"] = "tˈuzdˌAz", ["wednesdays"] = "wˈɛnzdˌAz", ["thursdays"] = "θˈɜɹzdˌAz", ["fridays"] = "fɹˈIdˌAz", ["saturdays"] = "sˈæTəɹdˌAz", ["sundays"] = "sˈʌndˌAz",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
