using System.Text;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony;

/// <summary>
/// Keys pressed, made into what was typed, as the dialog wants them (<c>keys.wanted</c>): complete at a number of keys, at a terminator, or when none follows for a while.
/// Where the dialog wants none in particular: at <c>#</c>, or after two seconds. What is pressed before the dialog has said what it wants next is kept for it. Not thread-safe.
/// </summary>
internal sealed class DigitCollector
{
    /// <summary>Ticks of 20 ms without a key after which the keys are complete, where nothing else is wanted.</summary>
    public const int PauseTicks = 100;

    // An answer that says nothing of keys in all that time never will.
    private const int AwaitTicks = 250;

    // Longer than any number anybody is asked for; what follows is a key held down, or malice.
    private const int Longest = 64;
    private const double TicksPerSecond = 50;
    private readonly StringBuilder digits = new();
    private string terminators = "#";
    private int most;
    private int pause = PauseTicks;
    private int quiet;
    private bool awaits;
    private bool steered;

    /// <summary>Whether keys are kept for what the dialog says next: it has not said yet what its answer wants.</summary>
    public bool IsAwaiting => awaits && steered;

    /// <summary>Whether keys wait to be complete.</summary>
    public bool HasKeys => digits.Length > 0;

    /// <summary>The dialog begins to answer: what it wants it will say.</summary>
    public void Begin() => awaits = true;

    /// <summary>The dialog says what it wants. Gives back what is complete by that.</summary>
    public string? Expect(SessionEvent.KeysWanted wanted)
    {
        if (wanted.IsNone)
        {
            // Another answers, who says nothing of keys until it does.
            (most, terminators, pause, steered, awaits) = (0, "#", PauseTicks, false, false);
            return Look();
        }

        (most, terminators, steered, awaits, quiet) = (Math.Max(0, wanted.Most), wanted.Terminators, true, false, 0);
        pause = double.IsFinite(wanted.Timeout) && wanted.Timeout is > 0 and < 3_600 ? Math.Max(1, (int)Math.Round(wanted.Timeout * TicksPerSecond)) : PauseTicks;
        return Look();
    }

    /// <summary>A key. Gives the keys back where it completes them.</summary>
    public string? Press(char digit)
    {
        quiet = 0;
        if (digits.Length < Longest && digit is (>= '0' and <= '9') or '*' or '#' or (>= 'A' and <= 'D'))
        {
            digits.Append(digit);
        }

        return Look();
    }

    /// <summary>20 ms have passed. Gives the keys back where the pause completes them.</summary>
    public string? Tick() => digits.Length > 0 && ++quiet >= (IsAwaiting ? Math.Max(pause, AwaitTicks) : pause) ? Take(digits.Length, 0) : null;

    /// <summary>What is complete: up to a terminator, or as many as are wanted. A terminator alone is nothing.</summary>
    private string? Look()
    {
        if (IsAwaiting)
        {
            return null;
        }

        while (digits.Length > 0)
        {
            var end = 0;
            while (end < digits.Length && !terminators.Contains(digits[end], StringComparison.Ordinal) && (most == 0 || end < most))
            {
                end++;
            }

            if (most > 0 && end == most)
            {
                // A terminator that is pressed all the same, out of habit, is no answer to what comes next.
                return Take(end, end < digits.Length && terminators.Contains(digits[end], StringComparison.Ordinal) ? 1 : 0);
            }

            if (end == digits.Length)
            {
                return null;
            }

            if (Take(end, 1) is { } all)
            {
                return all;
            }
        }

        return null;
    }

    private string? Take(int count, int skipped)
    {
        var all = digits.ToString(0, count);
        digits.Remove(0, count + skipped);
        quiet = 0;
        if (all.Length == 0)
        {
            return null;
        }

        awaits = true;
        return all;
    }
}
