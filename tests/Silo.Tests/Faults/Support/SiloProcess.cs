using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Conversation.Silo.Tests.Support;
using Xunit.Abstractions;

namespace Conversation.Silo.Tests.Faults.Support;

/// <summary>A silo as a process of its own, with scripted engines, to be killed, stopped in its tracks, and told to go.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process process;
    private readonly ITestOutputHelper? log;
    private readonly ConcurrentQueue<(TimeSpan At, string Line)> output = new();
    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SiloProcess(string name, Uri http, Process process, ITestOutputHelper? log) => (Name, Http, this.process, this.log) = (name, http, process, log);

    /// <summary>One clock for all that happens.</summary>
    public static Stopwatch Clock { get; } = Stopwatch.StartNew();

    public string Name { get; }

    public Uri Http { get; }

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public string Output => string.Join(Environment.NewLine, output.Select(said => $"{said.At.TotalSeconds:0.00} [{Name}] {said.Line}"));

    public static Task<SiloProcess> StartAsync(string database, string name, ITestOutputHelper? log, params string[] settings) =>
        StartAsync(database, name, new Uri($"http://127.0.0.1:{FreePort()}"), log, settings);

    /// <summary>The same machine again: browsers reach it where they did.</summary>
    public Task<SiloProcess> AgainAsync(string database) => StartAsync(database, $"{Name}+", Http, log);

    private static async Task<SiloProcess> StartAsync(string database, string name, Uri http, ITestOutputHelper? log, params string[] settings)
    {
        var silo = new SiloProcess(name, http, new Process
        {
            StartInfo = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
            {
                ArgumentList =
                {
                    Path.Combine(AppContext.BaseDirectory, "Conversation.ScriptedSilo.dll"), "--urls", http.ToString(), $"--Silo:Name={name}", $"--Silo:HttpAddress={http}",
                    "--Silo:Clustering=postgres", $"--Silo:ConnectionString={database}", "--Silo:SiloPort=0", "--Silo:Address=127.0.0.1", "--Silo:DrainWithin=00:00:12",
                },
                WorkingDirectory = Path.GetTempPath(),
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        }, log);
        foreach (var setting in settings)
        {
            silo.process.StartInfo.ArgumentList.Add(setting);
        }

        silo.process.OutputDataReceived += (_, line) => silo.Note(line.Data);
        silo.process.ErrorDataReceived += (_, line) => silo.Note(line.Data);
        silo.process.Start();
        silo.process.BeginOutputReadLine();
        silo.process.BeginErrorReadLine();
        var ended = silo.process.WaitForExitAsync();
        if (await Task.WhenAny(silo.listening.Task, ended, Task.Delay(Patience)) != silo.listening.Task)
        {
            var said = silo.Output;
            await silo.DisposeAsync();
            throw new InvalidOperationException($"The silo did not start:{Environment.NewLine}{said}");
        }

        return silo;
    }

    /// <summary>When it said something, by <see cref="Clock"/>; null where it has not.</summary>
    public TimeSpan? Said(string words, TimeSpan after = default) =>
        output.Where(said => said.At >= after && said.Line.Contains(words, StringComparison.Ordinal)).Select(said => (TimeSpan?)said.At).FirstOrDefault();

    public async Task<TimeSpan> SaysAsync(string words, TimeSpan after = default)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            if (Said(words, after) is { } at)
            {
                return at;
            }

            Assert.True(patience.Elapsed < Patience, $"{Name} did not say '{words}':{Environment.NewLine}{Output}");
            await Task.Delay(20);
        }
    }

    /// <summary>kill -9; when.</summary>
    public async Task<TimeSpan> KillAsync()
    {
        var at = Clock.Elapsed;
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return at;
    }

    /// <summary>SIGTERM; done when it has gone, with its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await GoneAsync();
    }

    public async Task<int> GoneAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        output.Enqueue((Clock.Elapsed, line));
        if (line.Contains(Listening, StringComparison.Ordinal))
        {
            listening.TrySetResult();
        }

        try
        {
            log?.WriteLine($"{Clock.Elapsed.TotalSeconds:0.00} [{Name}] {line}");
        }
        catch (InvalidOperationException)
        {
            // The test is over.
        }
    }
}

/// <summary>Beside the other tests: most of it is waiting until a silo is known to be dead.</summary>
[CollectionDefinition(Name)]
public sealed class KillCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "Killed silos";
}
