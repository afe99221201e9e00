using System.Diagnostics;
using Xunit.Abstractions;

namespace Conversation.Dialog.Tests.Flows;

/// <summary>How long the first text of a reply takes, with the real embedding. Prints; fails only where something is badly wrong.</summary>
public sealed class LatencyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task ARepliesFirstTextComesAtOnce()
    {
        var clinic = await Clinic.OpenAsync();
        var sentences = (await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Flows", "Paraphrases.heldout.txt"))).Where(l => l.Contains('\t')).Select(l => l.Split('\t')[1] + " It is for me.").ToArray();
        var times = new List<double>();
        foreach (var said in sentences)
        {
            var began = Stopwatch.GetTimestamp();
            await new Caller(clinic.Responder).SayAsync(said);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine($"first text, whole reply, {times.Count} new sentences: p50 {times[times.Count / 2]:0.0} ms, p95 {times[(int)(times.Count * 0.95)]:0.0} ms");
        Assert.True(times[times.Count / 2] < 500);
    }
}
