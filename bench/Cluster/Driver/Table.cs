using System.Globalization;

namespace Conversation.ClusterBench.Driver;

/// <summary>Lines for people, on the standard output, or on the other one where JSON goes there.</summary>
internal static class Table
{
    private static readonly int[] Widths = [18, 18, 13, 15, 12, 11, 11, 11, 11, 11, 11, 11, 11, 8];

    public static TextWriter To { get; set; } = Console.Out;

    public static void Heading(FormattableString text)
    {
        To.WriteLine();
        To.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    public static void Say(string text) => To.WriteLine("  " + text);

    public static void Row(params ReadOnlySpan<string> cells)
    {
        var line = "";
        for (var i = 0; i < cells.Length; i++)
        {
            line += i < 1 ? "  " + cells[i].PadRight(Widths[i]) : cells[i].PadLeft(Widths[i]);
        }

        To.WriteLine(line);
    }
}
