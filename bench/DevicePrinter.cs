namespace Conversation.Bench;

/// <summary>The report as lines for a person; nothing where JSON was asked for.</summary>
internal sealed class DevicePrinter(bool silent)
{
    public void Card(DeviceCard card)
    {
        Line($"{card.Device}: {card.Name}{(card.MemoryMb is { } memory ? $", {memory} MiB" : "")}{(card.Driver is { } driver ? $", driver {driver}" : "")}");
        Line($"ONNX Runtime {card.Runtime}, built with {string.Join(", ", card.Providers)}");
        if (card.Fault is not null)
        {
            // Also where JSON was asked for: the reason is what a person at a terminal wants.
            Console.Error.WriteLine($"{card.Device} cannot be used: {card.Fault}");
            Console.Error.WriteLine(card.Advice);
        }
    }

    public void Title(string title)
    {
        Line($"");
        Line($"{title}");
    }

    public void Placement(DevicePlacement p) =>
        Line($"  {p.Model,-40} {p.OnDevice,5} on the device, {p.OnCpu,5} on the CPU; {100 * p.ShareOfTimeOnDevice,3:0} % of the time on the device{(p.OnDevice > 0 && p.OnCpu > 0 ? $"; on the CPU: {string.Join(", ", p.Elsewhere.Take(6))}" : "")}");

    public void Agreement(DeviceAgreement a) => Line($"  {(a.Pass ? "PASS" : "FAIL")}  {a.Model,-24} {a.Measure,-36} {a.Value,10:0.####}  {a.Bound,-8} {a.Remark}");

    public void Throughput(DeviceThroughput t) =>
        Line($"  {t.Model,-16} {t.Size,4} {t.Shape,-16} {t.PerSecond,10:0.0} a second, {t.RealTime,8:0.0} times real time, p50 {t.P50Ms,8:0.00} ms, p95 {t.P95Ms,8:0.00} ms");

    public void Load(DeviceLoad l) =>
        Line($"  {l.Sessions,5} sessions: p50 {l.P50Ms,7:0.0} ms, p95 {l.P95Ms,7:0.0} ms (quick {l.QuickP95Ms:0.0}, final {l.FinalP95Ms:0.0}; speech {l.SpeechP95Ms:0.0}); lost {l.Lost}, windows lost {l.WindowsLost}, finals by the small model {100 * l.FinalsByQuick:0} %; processor {100 * l.ProcessorShare:0} %{(l.DeviceShare is { } share ? FormattableString.Invariant($", device {100 * share:0} %") : "")}{(l.Holds ? "" : "  over")}");

    public void Sessions(DeviceReport report) =>
        Line($"  {report.LiveSessions} live sessions{(report.Saturated is { } why ? $"; what saturated: {why}" : "; no more were tried")}");

    private void Line(FormattableString text)
    {
        if (!silent)
        {
            Harness.Line(text);
        }
    }
}
