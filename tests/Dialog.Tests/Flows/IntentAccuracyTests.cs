using Xunit.Abstractions;

namespace Conversation.Dialog.Tests.Flows;

/// <summary>The clinic's intents on sentences that are not among its examples, with the real embedding. Run alone with -v n to read the table.</summary>
public sealed class IntentAccuracyTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("Paraphrases.tuned.txt", 0.95)]
    [InlineData("Paraphrases.heldout.txt", 0.95)]
    [InlineData("Paraphrases.heldout2.txt", 0.92)]
    [InlineData("Paraphrases.heldout3.txt", 0.88)]
    public async Task FindsTheIntentOfParaphrases(string file, double least)
    {
        var clinic = await Clinic.OpenAsync();
        var lines = (await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Flows", file))).Where(l => l.Contains('\t')).Select(l => l.Split('\t')).ToArray();
        var right = 0;
        foreach (var (expected, said) in lines.Select(l => (l[0], l[1])))
        {
            var reading = await clinic.Responder.Matcher.ReadAsync(said, CancellationToken.None);
            var found = reading.Best?.Intent.Name ?? "none";
            right += found == expected ? 1 : 0;
            output.WriteLine($"{(found == expected ? "   " : "***")} {expected,-12} {found,-12} {string.Join(", ", reading.Ranked.Take(3).Select(m => $"{m.Intent.Name} {m.Score:0.00}")),-50} {said}");
        }

        output.WriteLine($"{right} of {lines.Length} right, {(double)right / lines.Length:P1}");
        Assert.True(lines.Length >= 60);
        Assert.True((double)right / lines.Length >= least, $"{right} of {lines.Length}");
    }
}
