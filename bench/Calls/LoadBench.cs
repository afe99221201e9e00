namespace Conversation.Bench.Calls;

/// <summary>Many calls at once with speech both ways: how many fail, and how evenly frames leave the gateway and reach the telephones.</summary>
internal static class LoadBench
{
    public static async Task<bool> Run(string[] ways, int calls, TimeSpan length)
    {
        await using var scene = await Scene.Start();
        var question = await Scene.Speak(scene.Http, "What are your opening hours?");
        // A question and time for its answer, over and over.
        short[] says = [.. new short[8_000], .. question, .. new short[10 * 8_000]];
        var good = true;
        foreach (var way in ways)
        {
            using var tap = new PacketTap(scene.AudioSocketPort);
            var failed = await Sipp.Call(way, scene.Asterisk.SipPort, calls, length, says);
            var streams = tap.Take();
            var heard = streams.Where(stream => stream.Key.IsRtp && PacketTap.IsAsterisk(stream.Key.From)).Select(stream => stream.Value).ToList();
            // A call that was never answered in speech is no call.
            var silent = calls - heard.Count(packets => packets.Count(packet => packet.Loud) >= 50);
            var said = streams.Where(stream => stream.Key.IsRtp && PacketTap.IsAsterisk(stream.Key.To)).Count(stream => stream.Value.Count(packet => packet.Loud) >= 50);
            Harness.Line($"  {way,-14} {calls} calls of {length.TotalSeconds:0} s: {failed} failed, {silent} heard nothing, {said} spoke");
            var frames = Gaps(streams.Where(stream => !stream.Key.IsRtp).Select(stream => stream.Value));
            if (way == "audiosocket")
            {
                Show("frames leaving the gateway", frames);
            }

            Show("packets to the telephones", Gaps(heard));
            good &= failed == 0 && silent == 0 && said >= calls && (way != "audiosocket" || Table.Percentile([.. frames.Select(gap => Math.Abs(gap - 20))], 0.99) <= 5);
        }

        return good;
    }

    private static void Show(string what, List<double> gaps)
    {
        List<double> off = [.. gaps.Select(gap => Math.Abs(gap - 20))];
        Harness.Line($"    {what}: {gaps.Count} intervals, median {Table.Percentile(gaps, 0.5):0.00} ms; off 20 ms by p50 {Table.Percentile(off, 0.5):0.00}, p95 {Table.Percentile(off, 0.95):0.00}, p99 {Table.Percentile(off, 0.99):0.00}, most {off.DefaultIfEmpty().Max():0.0} ms");
    }

    /// <summary>Times between a stream's frames; frames in one packet came at once. The first second is the call's beginning.</summary>
    private static List<double> Gaps(IEnumerable<Packet[]> streams)
    {
        List<double> gaps = [];
        foreach (var packets in streams.Where(packets => packets.Length > 100))
        {
            for (var n = 51; n < packets.Length; n++)
            {
                // A stream's own pause (a driver that sends nothing where there is nothing) is not lateness: RTP numbers tell frames that are missing from those that never were.
                gaps.Add(packets[n].At - packets[n - 1].At);
            }
        }

        return gaps;
    }
}
