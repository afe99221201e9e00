using System.Collections.Concurrent;
using System.Diagnostics;

namespace Conversation.Gateway.Tests.Faults;

/// <summary>The real program as a process of its own, to be killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => this.process = process;

    public Uri Address { get; private set; } = null!;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromMinutes(1) };

    public string Output => string.Join(Environment.NewLine, output);

    /// <summary>Starts it over a folder for its store, on <paramref name="port"/> or, for 0, one that is free; returns once it takes calls.</summary>
    public static async Task<ServerProcess> Start(string folder, int port = 0, params string[] settings)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Conversation.Gateway.dll");
        var server = new ServerProcess(new Process
        {
            StartInfo = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
            {
                ArgumentList = { program, "--urls", $"http://127.0.0.1:{port}", "--Store:Path", Path.Combine(folder, "sessions.db"), "--Engines:Expressive", "false", "--Engines:Variation", "0" },
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        });
        foreach (var setting in settings)
        {
            server.process.StartInfo.ArgumentList.Add(setting);
        }

        server.process.OutputDataReceived += (_, line) => server.Note(line.Data);
        server.process.ErrorDataReceived += (_, line) => server.Note(line.Data);
        server.process.Start();
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        try
        {
            var ended = server.process.WaitForExitAsync();
            if (await Task.WhenAny(server.address.Task, ended).WaitAsync(Patience) == ended)
            {
                throw new InvalidOperationException("It ended instead of listening.");
            }

            server.Http.BaseAddress = server.Address = await server.address.Task;
            return server;
        }
        catch (Exception fault) when (fault is TimeoutException or InvalidOperationException)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"The server did not start: {fault.Message}{Environment.NewLine}{server.Output}");
        }
    }

    /// <summary>As a power cut would: without a word.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Asks it to stop, as a service manager does; its exit code. Not on Windows, which has no such signal.</summary>
    public async Task<int> Terminate()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync().WaitAsync(Patience);
        }

        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await Kill();
        }

        process.Dispose();
        Http.Dispose();
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        output.Enqueue(line);
        if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
        {
            address.TrySetResult(new Uri(line[(at + Listening.Length)..].Trim()));
        }
    }
}
