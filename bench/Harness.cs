using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Conversation.Bench;

/// <summary>A bench: its name on the command line, a line of description, and what it does.</summary>
internal sealed record Bench(string Name, string Description, Action<Harness> Run);

/// <summary>What one operation cost: the median and the spread over rounds, and bytes allocated.</summary>
internal readonly record struct Cost(double Nanoseconds, double Least, double Most, double Bytes);

/// <summary>Warm-up, rounds, median: enough to compare by ratio within one run. For small differences use BenchmarkDotNet.</summary>
internal sealed class Harness(bool quick)
{
    private readonly int _rounds = quick ? 5 : 15;
    /// <summary>How long one round takes.</summary>
    public TimeSpan Round { get; } = TimeSpan.FromMilliseconds(quick ? 20 : 100);


    /// <summary>The machine a number belongs to.</summary>
    public void DescribeMachine()
    {
#if DEBUG
        Console.WriteLine("DEBUG build: the times mean nothing. Use -c Release.");
#endif
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores, vectors of {System.Numerics.Vector<byte>.Count * 8} bits");
    }

    /// <summary>Measures <paramref name="operation"/> on this thread and prints a line.</summary>
    public Cost Measure(string name, Action operation)
    {
        var count = WarmUp(operation);
        var times = new double[_rounds];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < _rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                operation();
            }

            times[round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / ((double)count * _rounds);
        Array.Sort(times);
        var cost = new Cost(times[_rounds / 2], times[0], times[^1], bytes);
        Line($"  {name,-54} {Time(cost.Nanoseconds),10} ({Time(cost.Least)} to {Time(cost.Most)}) {cost.Bytes,8:0} B");
        return cost;
    }

    /// <summary>Prints with a point in numbers, whatever the machine's language.</summary>
    public static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1_000 => FormattableString.Invariant($"{nanoseconds:0.0} ns"),
        < 1_000_000 => FormattableString.Invariant($"{nanoseconds / 1_000:0.00} µs"),
        _ => FormattableString.Invariant($"{nanoseconds / 1_000_000:0.00} ms"),
    };

    /// <summary>Runs until the tiers of the compiler have settled; gives the operations that fill a round. The pauses let its background thread finish, also where the machine is busy.</summary>
    private int WarmUp(Action operation)
    {
        double perOperation = 0;
        for (var phase = 0; phase < 4; phase++)
        {
            var count = 0;
            var start = Stopwatch.GetTimestamp();
            do
            {
                operation();
                count++;
            }
            while (Stopwatch.GetElapsedTime(start) < Round || count < 100);
            perOperation = Stopwatch.GetElapsedTime(start) / TimeSpan.FromTicks(1) / count;
            Thread.Sleep(Round * 2);
        }

        return (int)Math.Clamp(Round.Ticks / perOperation, 1, int.MaxValue);
    }
}
