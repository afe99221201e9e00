using System.Text;

namespace Conversation.Gateway.Telephony;

/// <summary>Keys pressed, made into what was typed: complete with <c>#</c>, or when none follows for two seconds. A <c>#</c> alone is nothing. Not thread-safe.</summary>
internal sealed class DigitCollector
{
    /// <summary>Ticks of 20 ms without a key after which the digits are complete.</summary>
    public const int PauseTicks = 100;

    // Longer than any number anybody is asked for; what follows is a key held down, or malice.
    private const int Longest = 64;
    private readonly StringBuilder digits = new();
    private int quiet;

    /// <summary>A key. Gives the digits back where it completes them.</summary>
    public string? Press(char digit)
    {
        quiet = 0;
        if (digit == '#')
        {
            return Complete();
        }

        if (digits.Length < Longest && digit is (>= '0' and <= '9') or '*' or (>= 'A' and <= 'D'))
        {
            digits.Append(digit);
        }

        return null;
    }

    /// <summary>20 ms have passed. Gives the digits back where the pause completes them.</summary>
    public string? Tick() => digits.Length > 0 && ++quiet >= PauseTicks ? Complete() : null;

    private string? Complete()
    {
        var all = digits.ToString();
        digits.Clear();
        return all.Length > 0 ? all : null;
    }
}
