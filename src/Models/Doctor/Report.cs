namespace Conversation.Models.Doctor;

/// <summary>Prints findings; the exit code says whether anything fails.</summary>
internal static class Report
{
    public static int Write(IEnumerable<Finding> findings, TextWriter output)
    {
        int fails = 0, warns = 0;
        foreach (Finding finding in findings)
        {
            output.WriteLine($"{finding.Level.ToString().ToLowerInvariant(),-4}  {finding.Subject}: {finding.Detail}");
            if (finding.Advice is not null)
            {
                output.WriteLine($"      -> {finding.Advice}");
            }

            fails += finding.Level == Level.Fail ? 1 : 0;
            warns += finding.Level == Level.Warn ? 1 : 0;
        }

        output.WriteLine(fails > 0 ? $"{fails} to mend before it runs." : warns > 0 ? "It will run." : "All is well.");
        return fails == 0 ? 0 : 1;
    }
}
