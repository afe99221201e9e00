using System.ComponentModel;
using System.Diagnostics;

namespace Conversation.Models.Pull;

/// <summary>The registry that this machine's npm is configured for.</summary>
internal sealed class NpmRegistry : IPackageRegistry
{
    private const string Advice = "See that npm works here (npm ping; npm config get registry) and that the registry holds the package, then run the command again.";

    public async Task<(Uri? Tarball, PullFault? Fault)> LocateAsync(string package, CancellationToken cancel)
    {
        NpmAnswer answer = await NpmAsync(["view", package, "dist.tarball"], cancel).ConfigureAwait(false);
        if (answer.Fault(package) is { } fault)
        {
            return (null, fault);
        }

        // npm prints nothing and succeeds when the name exists and the version does not.
        string line = answer.Output.Trim();
        return line.Length == 0
            ? (null, new PullFault(package, PullFaultKind.NotFound, "the registry does not hold this version", Advice))
            : Uri.TryCreate(line, UriKind.Absolute, out Uri? tarball) && tarball.Scheme is "http" or "https"
                ? (new Uri(line), null)
                : (null, new PullFault(package, PullFaultKind.Registry, $"npm gave no address but: {line}", Advice));
    }

    public async Task<PullFault?> FetchAsync(string package, string path, CancellationToken cancel)
    {
        string folder = path + ".npm";
        Directory.CreateDirectory(folder);
        try
        {
            NpmAnswer answer = await NpmAsync(["pack", package, "--silent", "--pack-destination", folder], cancel).ConfigureAwait(false);
            if (answer.Fault(package) is { } fault)
            {
                return fault;
            }

            if (Directory.GetFiles(folder, "*.tgz") is not [string tarball])
            {
                return new PullFault(package, PullFaultKind.Registry, "npm pack left no tarball", Advice);
            }

            File.Move(tarball, path, overwrite: true);
            return null;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<NpmAnswer> NpmAsync(string[] arguments, CancellationToken cancel)
    {
        // npm is a script on Windows, which only the shell starts.
        ProcessStartInfo start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd", ["/d", "/c", "npm", .. arguments])
            : new ProcessStartInfo("npm", arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        start.Environment["NO_UPDATE_NOTIFIER"] = "1";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception absent)
        {
            return new NpmAnswer(-1, "", $"npm does not start: {absent.Message}");
        }

        using (process)
        {
            try
            {
                Task<string> output = process.StandardOutput.ReadToEndAsync(cancel);
                Task<string> error = process.StandardError.ReadToEndAsync(cancel);
                await process.WaitForExitAsync(cancel).ConfigureAwait(false);
                return new NpmAnswer(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }

    private sealed record NpmAnswer(int Code, string Output, string Error)
    {
        public PullFault? Fault(string package)
        {
            if (Code == 0)
            {
                return null;
            }

            bool unknown = Error.Contains("E404", StringComparison.Ordinal) || Error.Contains("ETARGET", StringComparison.Ordinal);
            string said = string.Join("; ", Error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith("npm warn", StringComparison.Ordinal)).Take(3));
            return new PullFault(package, unknown ? PullFaultKind.NotFound : PullFaultKind.Registry,
                unknown ? "the registry does not hold it" : $"npm failed: {(said.Length == 0 ? $"exit code {Code}" : said)}", Advice);
        }
    }
}
