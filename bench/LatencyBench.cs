using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Conversation.Bench;

/// <summary>
/// Turn latency with N callers at once against a server started for it. The callers are ./call's, in a process of their own on the same machine,
/// and speak sentences of the platform's own expressive voice.
/// </summary>
internal static class LatencyBench
{
    private static readonly string[] Sentences =
    [
        "What are your opening hours on Friday?", "I would like to book an appointment for next Tuesday.", "Do you have anything in the afternoon?",
        "Could you tell me where I can park?", "My name is Anna Kowalski.", "Please cancel my appointment.",
    ];

    public static void Run(Harness harness) => RunAsync(harness).GetAwaiter().GetResult();

    private static async Task RunAsync(Harness harness)
    {
        var root = Root();
        var call = Path.Combine(root, "web", "dist", "call", "call.mjs");
        if (!File.Exists(call))
        {
            Harness.Line($"  skipped: {call} is not built; run ./run --setup once");
            return;
        }

        var url = $"http://127.0.0.1:{FreePort()}";
        var folder = Directory.CreateTempSubdirectory("latency-bench").FullName;
        using var server = Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "Conversation.Gateway.dll"), "--urls", url, "--Store:Path", "", "--Logging:LogLevel:Default", "Warning"], capture: false);
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(2) };
            await ReadyAsync(http, server);
            var files = await SpeakAsync(http, folder);
            var seconds = harness.Round < TimeSpan.FromMilliseconds(50) ? 15 : 40;
            foreach (var callers in (int[])[1, 2, 4, 8])
            {
                using var process = Start("node", [call, "--url", url, "--json", "--no-greet", "--responder", "echo", "--callers", $"{callers}", "--for", $"{seconds}", .. files], capture: true);
                using var result = JsonDocument.Parse(await process.StandardOutput.ReadToEndAsync());
                var root2 = result.RootElement;
                var latency = root2.GetProperty("speechEndToAudioMs");
                Harness.Line($"  {callers} callers: speech end → first audio p50 {latency.GetProperty("p50")} ms, p95 {latency.GetProperty("p95")} ms; turns {root2.GetProperty("turns")}, hits {root2.GetProperty("hits")}, errors {root2.GetProperty("errors").GetArrayLength()}");
            }
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<string>> SpeakAsync(HttpClient http, string folder)
    {
        List<string> files = [];
        foreach (var sentence in Sentences)
        {
            using var answer = await http.PostAsJsonAsync("/api/speak", new { text = sentence, tier = "expressive", rate = 16_000 });
            answer.EnsureSuccessStatusCode();
            files.Add(Path.Combine(folder, $"{files.Count}.wav"));
            await File.WriteAllBytesAsync(files[^1], await answer.Content.ReadAsByteArrayAsync());
        }

        return files;
    }

    private static async Task ReadyAsync(HttpClient http, Process server)
    {
        while (!server.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(200);
        }

        throw new InvalidOperationException($"The server ended with exit code {server.ExitCode}.");
    }

    private static Process Start(string program, IEnumerable<string> arguments, bool capture)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = capture };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Conversation.sln")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
