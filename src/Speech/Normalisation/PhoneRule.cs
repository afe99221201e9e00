using System.Text.RegularExpressions;

namespace Conversation.Speech.Normalisation;

/// <summary>Telephone, card and reference numbers: digit by digit, in the groups they are written in, long groups in threes.</summary>
internal sealed partial class PhoneRule : IRule
{
    public Regex Pattern => Phone();

    public bool Say(Match match, SpokenWriter to, string text)
    {
        var first = true;
        foreach (Match group in Groups().Matches(match.Value))
        {
            var source = match.Index + group.Index;
            foreach (var (start, length) in Parts(group.Value.TrimStart('+').Length))
            {
                if (!first)
                {
                    to.Pause(',', source);
                }

                if (first && match.Value[0] == '+')
                {
                    to.Say("plus", source);
                }

                to.Say(NumberWords.Digits(group.Value.TrimStart('+').AsSpan(start, length)), source);
                first = false;
            }
        }

        return true;
    }

    /// <summary>Up to four digits are one group; more go in threes with what is over at the end.</summary>
    private static IEnumerable<(int Start, int Length)> Parts(int length)
    {
        for (var at = 0; at < length;)
        {
            var take = length - at is 4 or <= 3 ? length - at : 3;
            yield return (at, take);
            at += take;
        }
    }

    [GeneratedRegex(@"\G(?:\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){1,5}(?!\d)|(?:1[-. ])?\(\d{3}\)\s?\d{3}[-. ]\d{4}(?!\d)|(?:1[-. ])?\d{3}[-. ]\d{3}[-. ]\d{4}(?!\d)|\d{3}-\d{4}(?![\d-])|\d{3}-\d{2}-\d{4}(?!\d)|\d{4}(?:[ -]\d{4}){2,3}(?!\d)|0\d{2,4}[ -]\d{3,4}(?:[ -]\d{3,4})?(?!\d)|\(0\d{2,4}\)\s?\d{3,4}[ -]?\d{3,4}(?!\d)|(?:0\d{6,}|\d{7,})(?![\d,.]*\d|\s?(?:dollars|pounds|euros|people|%)))")]
    private static partial Regex Phone();

    [GeneratedRegex(@"\+?\d+")]
    private static partial Regex Groups();
}
