using System.Text.Json;
using System.Text.RegularExpressions;

namespace Conversation.Deploy.Tests;

public class ChartTests
{
    [Fact]
    public void TheChartSaysWhatItIs()
    {
        var chart = Chart.Yaml($"{Chart.Folder}/Chart.yaml");
        Assert.Equal("v2", chart["apiVersion"]);
        Assert.Equal("conversation", chart["name"]);
        Assert.Matches(@"^\d+\.\d+\.\d+$", (string)chart["version"]);
        Assert.Matches(@"^\d+\.\d+\.\d+$", (string)chart["appVersion"]);
    }

    [Fact]
    public void EveryValueIsInTheSchemaAndTheOtherWayRound()
    {
        var faults = Compare(Chart.Values, Chart.Schema, "").ToArray();
        Assert.True(faults.Length == 0, string.Join(Environment.NewLine, faults));
    }

    [Fact]
    public void TemplatesUseOnlyValuesThatAreThere()
    {
        var used = Regex.Matches(Chart.Templates, @"(?:\.Values|\$v)\.([A-Za-z][\w.]*)").Select(match => match.Groups[1].Value)
            .Concat(Regex.Matches(Chart.Templates, @"(?:\$|\.)pool\.([A-Za-z][\w.]*)").SelectMany(match => new[] { "silos.", "gpuSilos." }.Select(pool => pool + match.Groups[1].Value)))
            .Distinct().ToArray();
        Assert.True(used.Length > 50, $"only {used.Length} were found");
        Assert.DoesNotContain(used, path => !Chart.Has(path));
    }

    [Fact]
    public void EveryValueIsUsed()
    {
        Assert.DoesNotContain(Chart.Values.Keys.Cast<string>(), key => !Regex.IsMatch(Chart.Templates, $@"(\.Values|\$v)\.{key}\b"));
        foreach (var pool in new[] { "silos", "gpuSilos" })
        {
            var keys = ((IReadOnlyDictionary<object, object>)Chart.Values[pool]).Keys.Cast<string>();
            Assert.DoesNotContain(keys, key => !Regex.IsMatch(Chart.Templates, $@"((\$|\.)pool|\.{pool})\.{key}\b"));
        }
    }

    [Fact]
    public void EverySettingThatTheChartGivesExistsInTheSources()
    {
        var names = Regex.Matches(Chart.Templates, @"name: (\w+)").Select(match => match.Groups[1].Value).Where(name => name.Contains("__", StringComparison.Ordinal) && !name.StartsWith("DOTNET_", StringComparison.Ordinal)).Distinct().ToArray();
        Assert.Contains("Silo__DrainWithin", names);
        Assert.True(names.Length > 12, string.Join(", ", names));
        Assert.DoesNotContain(names, name => !Settings.Exists(name.Replace("__", ":", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Silo:DrainFor")]
    [InlineData("Silos:DrainWithin")]
    [InlineData("Silo:DrainWithin:0")]
    [InlineData("Silo")]
    public void ASettingThatIsNotThereIsSeen(string path) => Assert.False(Settings.Exists(path));

    [Fact]
    public void TheSectionsThatCanBeSetAreTheProgramsOwn()
    {
        var sections = Chart.Schema.GetProperty("$defs").GetProperty("settings").GetProperty("properties").EnumerateObject().Select(section => section.Name).Except(Settings.Frameworks).ToArray();
        Assert.DoesNotContain(sections, section => Settings.RecordOf(section) is null);
        // Tenants come from a secret, and the store is PostgreSQL.
        Assert.Equal(["Store", "Tenants"], Settings.Of("ConversationOptions").Keys.Except(sections, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ATenantHasWhatTheProgramReads()
    {
        var tenant = Chart.Schema.GetProperty("$defs").GetProperty("tenant").GetProperty("properties");
        Assert.Equal(Names(Settings.Of("TenantOptions").Keys), Names(tenant.EnumerateObject().Select(setting => setting.Name)));
        // A client's own: its functions, what was said before, and whether it ends the turns.
        Assert.Equal(Names(Settings.Of("SessionSettings").Keys.Except(["Tools", "ToolChoice", "Context", "TurnTaking"])), Names(tenant.GetProperty("settings").GetProperty("properties").EnumerateObject().Select(setting => setting.Name)));

        static string[] Names(IEnumerable<string> names) => [.. names.Select(name => name.ToUpperInvariant()).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void ProbesAskForWhatTheGatewayAnswers()
    {
        var probes = Regex.Matches(Chart.Templates, @"(\w+)Probe:\s+httpGet: \{path: ([\w/]+), port: http\}").ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        Assert.Equal(["liveness", "readiness", "startup"], probes.Keys.Order(StringComparer.Ordinal));
        var endpoints = Repository.Read("src/Gateway/Rest/RestEndpoints.cs");
        Assert.All(probes.Values, path => Assert.Contains($"MapGet(\"{path}\"", endpoints, StringComparison.Ordinal));
        // What tells that it drains must not get it killed.
        Assert.Equal("/health", probes["readiness"]);
        Assert.Equal("/health/live", probes["liveness"]);
    }

    private static IEnumerable<string> Compare(IReadOnlyDictionary<object, object> values, JsonElement schema, string at)
    {
        if (!Chart.Resolve(schema).TryGetProperty("properties", out var properties))
        {
            yield break;
        }

        foreach (var (key, value) in values)
        {
            if (!properties.TryGetProperty((string)key, out var property))
            {
                yield return $"{at}{key} is not in the schema.";
            }
            else if (value is IReadOnlyDictionary<object, object> map)
            {
                foreach (var fault in Compare(map, property, $"{at}{key}."))
                {
                    yield return fault;
                }
            }
        }

        // Maps that are free by default (settings, tenants) have nothing to be compared.
        foreach (var property in properties.EnumerateObject().Where(property => values.Count > 0 && property.Name != "global" && !values.ContainsKey(property.Name)))
        {
            yield return $"{at}{property.Name} is in the schema and has no default.";
        }
    }
}
