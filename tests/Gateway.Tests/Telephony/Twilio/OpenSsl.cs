using System.Diagnostics;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>OpenSSL's command, where it is installed.</summary>
internal static class OpenSsl
{
    /// <summary>Why what needs it is skipped; null where it is there. Before 3 it cannot sign a message with Ed25519.</summary>
    public static string? Missing { get; } = Version() is { } version && version.StartsWith("OpenSSL 3", StringComparison.Ordinal) ? null : "needs OpenSSL 3";

    /// <summary>False where it fails, or is not there.</summary>
    public static bool Run(string folder, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string? Version()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("openssl", ["version"]) { RedirectStandardOutput = true })!;
            var version = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return version;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

/// <summary>A test that needs OpenSSL: skipped where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OpenSslFactAttribute : FactAttribute
{
    public OpenSslFactAttribute() => Skip = OpenSsl.Missing;
}
