using System.Diagnostics;

namespace Conversation.Gateway.Tests.Telephony.Twilio;

/// <summary>OpenSSL's command, where it is installed.</summary>
internal static class OpenSsl
{
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
}
