namespace Conversation.Speech;

/// <summary>What is done to a clause that is made.</summary>
internal static class SpokenClauses
{
    /// <summary>The clause after a pause. The pause leads the next clause and never trails the last, so that a reply ends with its last sound.</summary>
    internal static SpokenClause After(SpokenClause clause, TimeSpan pause)
    {
        var shift = (int)(pause.TotalSeconds * clause.SampleRate);
        if (shift == 0)
        {
            return clause;
        }

        var pcm = new short[shift + clause.Pcm.Length];
        clause.Pcm.CopyTo(pcm, shift);
        return clause with { Pcm = pcm, Words = [.. clause.Words.Select(w => w with { Start = w.Start + shift, End = w.End + shift })] };
    }
}
