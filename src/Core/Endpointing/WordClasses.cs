namespace Conversation.Core.Endpointing;

/// <summary>English words after which a phrase goes on.</summary>
internal static class WordClasses
{
    public static readonly HashSet<string> Conjunctions =
    [
        "and", "but", "or", "nor", "because", "cause", "if", "when", "while", "as", "than", "until", "till", "unless", "although", "though", "whether",
        "since", "plus", "whereas", "except", "then",
    ];

    public static readonly HashSet<string> Prepositions =
    [
        "to", "of", "for", "with", "at", "from", "in", "on", "by", "about", "into", "onto", "between", "during", "after", "before", "around", "under",
        "without", "within", "through", "against", "towards", "toward", "near", "past", "per", "via", "until", "regarding", "like", "above", "below", "behind",
    ];

    /// <summary>Prepositions that often end a complete phrase: "before", "around", "after".</summary>
    public static readonly HashSet<string> LooseParticles = ["before", "after", "around", "by", "through", "without", "past", "under", "above", "below", "behind"];

    /// <summary>Verbs with which "in" and "on" make a whole: "come in", "hold on".</summary>
    public static readonly HashSet<string> ParticleVerbs =
    [
        "come", "coming", "came", "log", "logged", "check", "checked", "sign", "go", "going", "hold", "carry", "move", "fill", "turn", "call", "drop", "get", "hang", "later",
        "early", "earlier", "way", "be", "am", "is", "are", "was", "what's", "that's", "it", "them", "this", "that", "me", "you", "him", "her", "us", "one",
    ];

    public static readonly HashSet<string> Determiners =
    [
        "a", "an", "the", "my", "your", "our", "their", "its", "every", "each", "whose", "both", "either", "neither",
    ];

    /// <summary>Determiners that can also stand alone.</summary>
    public static readonly HashSet<string> LooseDeterminers = ["his", "her", "some", "any", "this", "these", "those", "another", "which", "next", "last", "several", "few"];

    public static readonly HashSet<string> Auxiliaries =
    [
        "is", "are", "was", "were", "am", "be", "been", "being", "do", "does", "did", "have", "has", "had", "will", "would", "can", "could", "should", "shall", "may",
        "might", "must", "gonna", "wanna", "gotta", "isn't", "aren't", "wasn't", "weren't", "don't", "doesn't", "didn't", "haven't", "hasn't", "hadn't", "won't",
        "wouldn't", "can't", "cannot", "couldn't", "shouldn't",
    ];

    /// <summary>Contracted forms with which nothing ends.</summary>
    public static readonly HashSet<string> Contractions =
    [
        "i'm", "i'd", "i'll", "i've", "you're", "you'd", "you'll", "you've", "we're", "we'd", "we'll", "we've", "they're", "they'd", "they'll", "they've", "he's", "he'd",
        "he'll", "she's", "she'd", "she'll", "it's", "it'd", "it'll", "that's", "that'll", "there's", "here's", "what's", "where's", "who's", "when's", "how's", "let's",
    ];

    /// <summary>Words after which "that" stands for something already said.</summary>
    public static readonly HashSet<string> BeforeThat =
    [
        "do", "did", "doing", "done", "like", "about", "is", "was", "for", "with", "want", "need", "have", "take", "get", "of", "after", "before", "than", "at", "on", "to", "by",
        "change", "cancel", "hear", "see", "not", "just", "all", "try", "understand", "mean", "meant", "want", "repeat", "confirm", "book", "except", "from", "in", "and", "use",
    ];

    /// <summary>Words with which something begins, if nothing follows.</summary>
    public static readonly HashSet<string> Openers = ["it", "you", "that", "this", "there", "what", "when", "where", "who", "why", "how", "which", "please", "so", "well", "actually", "then", "also"];

    public static readonly HashSet<string> Pronouns = ["i", "you", "he", "she", "it", "we", "they", "that", "this", "there"];

    public static readonly HashSet<string> Subjects = ["i", "we", "he", "she", "they"];

    /// <summary>Verbs that want an object.</summary>
    public static readonly HashSet<string> Transitives =
    [
        "want", "need", "wanted", "needed", "book", "get", "make", "take", "have", "see", "tell", "give", "change", "move", "find", "mean", "bring", "buy", "send", "order",
        "put", "ask", "try", "use", "visit", "speak", "wondering", "hoping", "looking", "having", "getting", "making", "taking", "trying", "wanting", "needing", "calling",
        "schedule", "reschedule", "arrange", "pick", "set", "bought", "lost", "broke", "forgot", "got", "took", "made", "gave", "saw", "said", "prefer", "think", "guess",
        "believe", "suppose", "hope", "feel", "add", "remove", "confirm", "update", "check", "request", "receive", "received", "keep", "wish", "meant", "sent", "told", "wants", "needs", "includes", "costs",
    ];

    /// <summary>Of those, the ones that may well stand without an object when something came before: "I would like to cancel" is among them by not being above.</summary>
    public static readonly HashSet<string> LooseVerbs = ["see", "think", "guess", "hope", "suppose", "try", "check", "ask", "change", "move", "confirm", "reschedule", "speak", "calling", "forgot", "feel", "book", "looking", "meant", "told"];

    /// <summary>What may end a phrase after "to" or "please": verbs that need no object, and what is no verb at all.</summary>
    public static readonly HashSet<string> Sufficient =
    [
        "go", "come", "wait", "stop", "start", "talk", "leave", "sleep", "work", "know", "cancel", "hear", "help", "stay", "pay", "hold", "move", "eat", "drink", "register",
        "complain", "apply", "begin", "return", "travel", "happen", "continue", "proceed", "attend", "listen", "do", "me", "you", "him", "us", "them", "it", "her", "that",
        "this", "there", "here", "tomorrow", "today", "one", "reschedule", "rebook", "unsubscribe", "exercise", "participate", "monday", "tuesday", "wednesday", "thursday",
        "friday", "saturday", "sunday", "noon", "midnight", "everyone", "everything", "someone", "something",
    ];

    public static readonly HashSet<string> Leaning =
    [
        "very", "quite", "just", "only", "also", "maybe", "perhaps", "probably", "mostly", "almost", "nearly", "rather", "pretty", "extremely", "approximately", "roughly",
        "exactly", "actually", "basically", "not", "more", "most", "less", "least", "such", "even", "still", "well", "point", "area", "number", "room", "flat",
        "doctor", "dr", "mr", "mrs", "ms", "miss", "professor", "saint", "st", "half", "quarter", "double", "triple",
    ];

    /// <summary>Of those, the ones that may well end a phrase.</summary>
    public static readonly HashSet<string> LooseLeaning =
    [
        "maybe", "perhaps", "probably", "just", "also", "exactly", "actually", "not", "more", "most", "less", "still", "well", "doctor", "number", "room", "flat", "area",
        "point", "half", "quarter", "mostly", "basically",
    ];

    public static readonly HashSet<string> Tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    public static readonly HashSet<string> Months =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    public static readonly HashSet<string> Questions = ["what", "where", "when", "who", "whom", "which", "why", "how", "whose", "what's", "where's", "who's", "when's", "how's"];

    public static readonly HashSet<string> Closings =
    [
        "please", "thanks", "thank you", "bye", "goodbye", "hello", "hi", "hey", "cheers", "correct", "absolutely", "definitely", "certainly", "anymore", "instead", "too",
        "though", "tomorrow", "today", "tonight", "now", "then",
    ];

    public static readonly HashSet<string> YesNo =
    [
        "yes", "yeah", "yep", "yup", "no", "nope", "nah", "sure", "okay", "ok", "right", "correct", "absolutely", "definitely", "certainly", "fine", "please", "exactly",
        "mm", "mhm", "hmm", "hm", "uh", "huh", "aha", "course", "of", "not", "really", "that's", "it", "is", "isn't", "thanks", "thank", "you", "perfect", "great", "good", "works",
    ];

    public static readonly HashSet<string> DigitWords = ["zero", "oh", "o", "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    /// <summary>Words that open a clause or phrase which wants a main clause after it.</summary>
    public static readonly HashSet<string> Subordinators = ["if", "when", "while", "because", "since", "although", "though", "unless", "until", "once", "whenever", "before", "after", "as", "to"];

    /// <summary>The words of the grammar: few, frequent, and known in any sentence.</summary>
    public static readonly HashSet<string> Grammar =
    [
        .. Conjunctions, .. Prepositions, .. Determiners, .. LooseDeterminers, .. Auxiliaries, .. Contractions, .. Subjects, .. Questions, .. Subordinators,
        "you", "it", "me", "him", "us", "them", "there", "here", "that", "so", "please", "not", "up", "out", "off", "down", "over", "back", "all", "one", "more", "very", "too",
        "now", "also", "just", "only", "then", "again", "other", "no", "yes", "mine", "yours", "myself", "anything", "something", "someone", "going", "want", "need", "like",
    ];
}
