using System.Text.Json;
using Conversation.Inference.Ports;
using Conversation.Models;

namespace Conversation.Bench;

/// <summary>
/// Which operators of each model really ran on the device, by ONNX Runtime's own profile of one sentence: a session says that it has a provider, not what the provider
/// took. Every operator left on the CPU costs a copy there and back.
/// </summary>
internal static class DevicePlacements
{
    public static async Task<IReadOnlyList<DevicePlacement>> FindAsync(DeviceArguments arguments, ModelCatalog models, SpokenSentence sentence)
    {
        var folder = Directory.CreateTempSubdirectory("device-bench").FullName;
        try
        {
            using (var engines = await DeviceEngines.LoadAsync(new DeviceSetup(arguments.Device, Profile: folder + Path.DirectorySeparatorChar), models))
            {
                foreach (var tier in (RecognitionTier[])[RecognitionTier.Quick, RecognitionTier.Accurate])
                {
                    await engines.Recognizer.RecognizeAsync(sentence.Samples, new RecognitionRequest("placement", tier), default);
                }
            }

            return [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Read)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static DevicePlacement Read(string file)
    {
        // "moonshine-tiny encoder_model.onnx_2026-…": the model's name ends at ".onnx".
        var name = Path.GetFileName(file);
        var model = name[..(name.IndexOf(".onnx", StringComparison.Ordinal) is > 0 and var end ? end : name.Length)];
        using var profile = JsonDocument.Parse(File.ReadAllBytes(file));
        Dictionary<string, (string Provider, string Kind)> nodes = new(StringComparer.Ordinal);
        double device = 0, all = 0;
        foreach (var entry in profile.RootElement.EnumerateArray())
        {
            if (entry.TryGetProperty("cat", out var category) && category.GetString() == "Node" && entry.TryGetProperty("args", out var facts) && facts.TryGetProperty("provider", out var provider))
            {
                var time = entry.GetProperty("dur").GetDouble();
                var onDevice = provider.GetString() == "CUDAExecutionProvider";
                nodes[entry.GetProperty("name").GetString()!] = (provider.GetString()!, facts.TryGetProperty("op_name", out var kind) ? kind.GetString()! : "?");
                all += time;
                device += onDevice ? time : 0;
            }
        }

        var elsewhere = nodes.Values.Where(node => node.Provider != "CUDAExecutionProvider").ToList();
        var kinds = elsewhere.GroupBy(node => node.Kind).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} {group.Key}");
        return new DevicePlacement(model, nodes.Count - elsewhere.Count, elsewhere.Count, all > 0 ? device / all : 0, [.. kinds]);
    }
}
