using System.ComponentModel;
using System.Diagnostics;

namespace Conversation.Models.Doctor;

/// <summary>Runs a program for what it prints.</summary>
internal static class Tool
{
    /// <summary>Its output, trimmed; null when it is absent, fails or takes longer than 10 s.</summary>
    public static string? Ask(string program, params string[] arguments)
    {
        ProcessStartInfo start = OperatingSystem.IsWindows() && program is "npm"
            ? new("cmd", ["/d", "/c", program, .. arguments])
            : new(program, arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            _ = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(10_000))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            return process.ExitCode == 0 ? output.Result.Trim() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The first number of a version as tools print it; 0 when there is none.</summary>
    public static int Major(string? version) => int.TryParse(version?.TrimStart('v').Split('.')[0], out int major) ? major : 0;
}
