using System.Text.Json;
using System.Text.RegularExpressions;

namespace Conversation.Deploy.Tests;

/// <summary>Alerts and dashboard name metrics that the sources make, as Prometheus names what comes by OTLP.</summary>
public class MonitoringTests
{
    private static readonly HashSet<string> Made = [.. Repository.Sources("src").Select(Repository.Read).SelectMany(Instruments)];

    [Theory]
    [InlineData("deploy/monitoring/alerts.yaml")]
    [InlineData("deploy/monitoring/alerts.test.yaml")]
    [InlineData("deploy/monitoring/dashboard.json")]
    public void OnlyMetricsThatThereAreAreNamed(string file)
    {
        // With a selector or a range behind it: what stands in a description is no metric.
        var named = Regex.Matches(Repository.Read(file), @"\b((?:conversation|gateway)_\w+)(?=[\[{])").Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.True(named.Length > 3, string.Join(", ", named));
        Assert.DoesNotContain(named, name => !Made.Contains(name));
    }

    [Fact]
    public void NamesAreMadeAsPrometheusMakesThem()
    {
        Assert.Equal(
            ["a_b_seconds_bucket", "a_b_seconds_sum", "a_b_seconds_count"],
            Instruments("""meter.CreateHistogram("a.b", "s", "Time.")"""));
        Assert.Equal(["a_b_total"], Instruments("""meter.CreateCounter<long>("a.b", "{call}", "Calls.")"""));
        Assert.Equal(["a_b"], Instruments("""meter.CreateUpDownCounter<int>("a.b", "{call}", "Calls.")"""));
        Assert.Contains("gateway_connections", Made);
    }

    [Fact]
    public void TheDashboardIsWhole()
    {
        using var dashboard = JsonDocument.Parse(Repository.Read("deploy/monitoring/dashboard.json"));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToArray();
        Assert.True(panels.Length > 20);
        Assert.Equal(panels.Length, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels.Where(panel => panel.GetProperty("type").GetString() != "row"), panel => Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray()));
    }

    private static IEnumerable<string> Instruments(string source) =>
        from Match match in Regex.Matches(source, @"\bCreate(Histogram|Counter|UpDownCounter|ObservableGauge|ObservableCounter|Gauge)(?:<\w+>)?\(\s*""([\w.]+)"",\s*(?:\(\) => [^,]+,\s*)?""([^""]*)""")
        let name = match.Groups[2].Value.Replace('.', '_') + (match.Groups[3].Value switch { "s" => "_seconds", "By" => "_bytes", _ => "" })
        from full in match.Groups[1].Value switch
        {
            "Histogram" => [$"{name}_bucket", $"{name}_sum", $"{name}_count"],
            "Counter" or "ObservableCounter" => [$"{name}_total"],
            _ => new[] { name },
        }
        select full;
}
