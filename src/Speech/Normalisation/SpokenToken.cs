namespace Conversation.Speech.Normalisation;

/// <summary>How a token is said.</summary>
internal enum SpokenKind
{
    /// <summary>A word of letters and apostrophes.</summary>
    Word,

    /// <summary>Letters by their names.</summary>
    Letters,

    /// <summary>A punctuation mark that shapes the melody: one of , ; : . ? ! … —</summary>
    Pause,
}

/// <summary>One token of what will be said. <paramref name="Source"/>: where in the written text it comes from.</summary>
internal readonly record struct SpokenToken(string Text, SpokenKind Kind, int Source);
