using System.Diagnostics;
using System.Text.Json;
using Conversation.ClusterBench.Worker;

namespace Conversation.ClusterBench.Driver;

/// <summary>A process under test, as seen from here.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process process;

    private WorkerProcess(Process process) => this.process = process;

    /// <summary>Its silo's address; empty where it has none.</summary>
    public string Address { get; private set; } = "";

    public static async Task<WorkerProcess> StartAsync(string kind, int port = 0, int primary = 0)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[typeof(WorkerProcess).Assembly.Location, "--worker", kind, $"{port}", $"{primary}"])
        {
            start.ArgumentList.Add(argument);
        }

        var worker = new WorkerProcess(Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start."));
        worker.Address = (await worker.ReadAsync<Started>().ConfigureAwait(false)).Address;
        return worker;
    }

    public async Task<T> AskAsync<T>(string command)
    {
        await process.StandardInput.WriteLineAsync(command).ConfigureAwait(false);
        await process.StandardInput.FlushAsync().ConfigureAwait(false);
        return await ReadAsync<T>().ConfigureAwait(false);
    }

    public void Dispose()
    {
        // Its sessions are nobody's: there is nothing to be saved.
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private async Task<T> ReadAsync<T>()
    {
        while (await process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line.StartsWith(WorkerProgram.Mark, StringComparison.Ordinal))
            {
                return JsonSerializer.Deserialize<T>(line.AsSpan(WorkerProgram.Mark.Length)) ?? throw new InvalidOperationException(line);
            }

            await Console.Error.WriteLineAsync(line).ConfigureAwait(false);
        }

        throw new InvalidOperationException("A process under test ended before it answered.");
    }
}
