using Conversation.Models.Manifest;
using Conversation.Models.Pull;

namespace Conversation.Models.Commands;

/// <summary>Fetches what is missing, and says what came and how long it took.</summary>
internal static class PullCommand
{
    public static async Task<int> RunAsync(ModelManifest manifest, ModelCatalog catalog, IReadOnlyList<ModelArtifact> artifacts, Arguments arguments, CancellationToken cancel)
    {
        using HttpClient http = new() { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("conversation-models/1");
        ConsoleProgress progress = new(Console.Out, !Console.IsOutputRedirected, TimeProvider.System);
        Puller puller = new(manifest, catalog.Directory, LocalSystem.Rid, new NpmRegistry(), http, new PullDisk(), progress, TimeProvider.System, new PullOptions());
        if (artifacts.All(puller.IsHere))
        {
            if (!arguments.Quiet)
            {
                Console.WriteLine($"Weights: all {artifacts.Count} artifacts are in {catalog.Directory}.");
            }

            return 0;
        }

        long start = TimeProvider.System.GetTimestamp();
        IReadOnlyList<PullFault> faults = await puller.RunAsync(artifacts, cancel).ConfigureAwait(false);
        if (faults.Count == 0)
        {
            Console.WriteLine($"Weights: complete after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s.");
            return 0;
        }

        Console.WriteLine();
        foreach (PullFault fault in faults)
        {
            Console.Error.WriteLine($"error: {fault}");
        }

        return 1;
    }
}
