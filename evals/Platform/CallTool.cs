using System.Diagnostics;
using System.Text.Json;

namespace Conversation.Evals.Platform;

/// <summary>One turn as ./call tells it.</summary>
internal sealed record CallTurn(string File, bool Over, string Heard, int Splits, string Reply, string ReplyHeard, double? SpeechEndToAudioMs, double? CommitToAudioMs, string? Speculation, CallInterruption? Interruption);

/// <summary>What came of speech over a reply.</summary>
internal sealed record CallInterruption(double? OnsetToSilenceMs, int StaleFrames, string Outcome);

/// <summary>What one ./call told.</summary>
internal sealed record CallResult(IReadOnlyList<CallTurn> Turns, IReadOnlyList<string> Errors, int? Answered);

/// <summary>Percentiles in milliseconds.</summary>
internal sealed record CallPercentiles(double? P50, double? P95, double? Max);

/// <summary>What ./call --callers told.</summary>
internal sealed record LoadResult(int Callers, int Turns, int Answered, double Talking, CallPercentiles SpeechEndToAudioMs, CallPercentiles CommitToAudioMs, double? Hits, IReadOnlyList<string> Errors);

/// <summary>Runs ./call against a live server: the platform as a caller meets it.</summary>
internal sealed class CallTool(string root, string url)
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);

    public Task<CallResult> CallAsync(params IEnumerable<string> arguments) => RunAsync<CallResult>(arguments);

    public Task<LoadResult> LoadAsync(params IEnumerable<string> arguments) => RunAsync<LoadResult>(arguments);

    private async Task<T> RunAsync<T>(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(root, "web", "dist", "call", "call.mjs"), "--url", url, "--json", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Length == 0
            ? throw new InvalidOperationException($"./call said nothing: {await error}")
            : JsonSerializer.Deserialize<T>(output, Camel)!;
    }
}
