using System.Globalization;

namespace Conversation.Core;

/// <summary>Collects what is wrong with options, so that all of it is told at once.</summary>
internal sealed class OptionFaults
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public void Check(TimeSpan value, TimeSpan least, TimeSpan most, string name)
    {
        if (value < least || value > most)
        {
            Add(name, $"{Milliseconds(value)} ms", $"{Milliseconds(least)} to {Milliseconds(most)} ms");
        }
    }

    public void Check(double value, double least, double most, string name)
    {
        if (!(value >= least && value <= most))
        {
            Add(name, Text(value), $"{Text(least)} to {Text(most)}");
        }
    }

    public void Require(bool holds, string fault)
    {
        if (!holds)
        {
            _all.Add(fault);
        }
    }

    private void Add(string name, string value, string range) => _all.Add($"{name} is {value}; it must be {range}.");

    private static string Milliseconds(TimeSpan value) => Text(value.TotalMilliseconds);

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
