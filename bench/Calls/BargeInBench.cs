using Conversation.TestKit.Telephony;

namespace Conversation.Bench.Calls;

/// <summary>Speaking over replies through a real telephone and Asterisk: from the caller's onset to the last sound of the reply, in the packets at the telephone.</summary>
internal static class BargeInBench
{
    // Long enough to hold all that could come late, and without a pause in which it might be taken for finished.
    private const string Question = "Could you please tell me what your opening hours are during the week?";

    public static async Task<bool> Run(string[] ways, int count)
    {
        await using var scene = await Scene.Start();
        using var tap = new PacketTap(scene.AudioSocketPort);
        var question = await Scene.Speak(scene.Http, Question);
        var good = true;
        foreach (var way in ways)
        {
            var times = await Measure(scene, tap, way, question, count);
            var most = way == "audiosocket" ? 350 : 300;
            good &= times.Count >= count && Table.Percentile(times, 0.95) <= most;
            Harness.Line($"  {way,-14} {times.Count} times spoken over: onset to silence p50 {Table.Percentile(times, 0.5):0} ms, p95 {Table.Percentile(times, 0.95):0} ms (at most {most}), most {times.DefaultIfEmpty().Max():0} ms; sounds later than {most} ms: {times.Count(time => time > most)}");
        }

        return good;
    }

    private static async Task<List<double>> Measure(Scene scene, PacketTap tap, string way, short[] question, int count)
    {
        List<double> times = [];
        var random = new Random(4);
        await using var phone = await Baresip.Start("5551234567", scene.Asterisk.SipPort);
        for (var calls = 0; times.Count < count && calls < count; calls++)
        {
            var begun = PacketTap.Now;
            await phone.Dial(way, scene.Asterisk.SipPort);
            await Task.Delay(1_500);
            // Ten in a call, and none is asked of a caller who was not answered.
            for (var turn = 0; turn <= 10 && times.Count < count; turn++)
            {
                var asked = PacketTap.Now;
                phone.Play(question);
                await Task.Delay((question.Length / 8) + 300);
                if (turn > 0 && Silenced(tap.Call(begun), asked) is { } time)
                {
                    times.Add(time);
                }

                if (!await Speaks(tap, begun))
                {
                    break;
                }

                await Task.Delay(random.Next(1_200, 2_500));
            }

            phone.HangUp();
            await Task.Delay(700);
        }

        return times;
    }

    /// <summary>Waits until the platform speaks again.</summary>
    private static async Task<bool> Speaks(PacketTap tap, double begun)
    {
        var from = PacketTap.Now;
        for (var tries = 0; tries < 100; tries++)
        {
            if (tap.Call(begun).Heard.Count(packet => packet.Loud && packet.At > from) >= 5)
            {
                return true;
            }

            await Task.Delay(100);
        }

        return false;
    }

    /// <summary>Milliseconds from the first sound said after a time to the last one heard while it was being said; null where nothing was being heard.</summary>
    private static double? Silenced((Packet[] Said, Packet[] Heard) call, double asked)
    {
        var said = call.Said.Where(packet => packet.At > asked && packet.Loud).ToArray();
        if (said.Length == 0)
        {
            return null;
        }

        var (onset, end) = (said[0].At, said[^1].At);
        var heard = call.Heard.Where(packet => packet.Loud && packet.At > onset - 400 && packet.At < end).ToArray();
        // Packets of 20 ms, said and heard side by side as in a recording: from the beginning of the first to the end of the last.
        return heard.Length == 0 || heard[0].At > onset ? null : Math.Max(0, heard[^1].At - onset + 20);
    }
}
