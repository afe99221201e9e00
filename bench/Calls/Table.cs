namespace Conversation.Bench.Calls;

internal static class Table
{
    public static double Percentile(IReadOnlyCollection<double> values, double share) => values.Count == 0 ? double.NaN : values.Order().ElementAt(Math.Min(values.Count - 1, (int)(values.Count * share)));
}
