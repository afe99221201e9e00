using System.Globalization;
using System.Text.RegularExpressions;

namespace Conversation.Deploy.Tests;

/// <summary>A pod must not be killed while its sessions move: the grace period is made of all that a stop takes.</summary>
public class StopTests
{
    [Fact]
    public void ThePodHasTheGracePeriodThatIsComputed() =>
        Assert.Matches(@"terminationGracePeriodSeconds: \{\{ include ""conversation\.gracePeriod"" \$root \}\}", Chart.Templates);

    [Theory]
    [InlineData(60)]
    [InlineData(300)]
    public void TheGracePeriodHoldsAllOfTheDrain(int drain)
    {
        var values = new Dictionary<string, int> { ["preStopSeconds"] = 5, ["drainWithinSeconds"] = drain, ["stopNoticeSeconds"] = 2, ["leaveWithinSeconds"] = 30 };
        var shutdown = Sum("conversation.shutdownSeconds", values);
        var grace = Sum("conversation.gracePeriod", values);
        var margin = DrainsOwnGrace();
        Assert.Equal(drain + margin + 2 + 30, shutdown);
        // The export of the last metrics may take 5 s.
        Assert.InRange(grace - shutdown - 5, 5, 60);
    }

    [Fact]
    public void TheProgramsOwnLimitIsTheSameSum() =>
        Assert.Matches(@"DOTNET_SHUTDOWNTIMEOUTSECONDS, value: \{\{ include ""conversation\.shutdownSeconds"" \$root \| quote \}\}", Chart.Templates);

    [Fact]
    public void TheProgramGetsTheBudgetsThatWereAdded()
    {
        Assert.Matches(@"Silo__DrainWithin, value: \{\{ include ""conversation\.timespan"" \$v\.drainWithinSeconds ", Chart.Templates);
        Assert.Matches(@"Gateway__StopNotice, value: \{\{ include ""conversation\.timespan"" \$v\.stopNoticeSeconds ", Chart.Templates);
    }

    // "add A B (int C)": the sum of numbers, values and other sums.
    private static int Sum(string template, IReadOnlyDictionary<string, int> values)
    {
        var body = Chart.Template(template);
        Assert.Matches(@"^\{\{- add ", body);
        var left = Regex.Replace(body, @"\(int \(include ""([\w.]+)"" \.\)\)", match => Sum(match.Groups[1].Value, values).ToString(CultureInfo.InvariantCulture));
        left = Regex.Replace(left, @"\(int \.Values\.(\w+)\)", match => values[match.Groups[1].Value].ToString(CultureInfo.InvariantCulture));
        var numbers = Regex.Match(left, @"^\{\{- add ([\d ]+) -\}\}$");
        Assert.True(numbers.Success, $"{template} is no plain sum: {left}");
        return numbers.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Sum(number => int.Parse(number, CultureInfo.InvariantCulture));
    }

    private static int DrainsOwnGrace() =>
        Regex.Match(Repository.Read("src/Silo/Hosting/DrainService.cs"), @"TimeSpan Grace = TimeSpan\.FromSeconds\((\d+)\)") is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("DrainService no longer says what a drain may take beyond its budget; the chart's sum names it.");
}
