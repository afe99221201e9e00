using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Conversation.ClusterBench.Driver;
using Conversation.ClusterBench.Worker;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--worker", var kind, var port, var primary])
{
    return await WorkerProgram.RunAsync(kind, int.Parse(port, CultureInfo.InvariantCulture), int.Parse(primary, CultureInfo.InvariantCulture)).ConfigureAwait(false);
}

string[] known = ["frame", "capacity", "memory"];
var names = args.Where(argument => !argument.StartsWith('-')).ToArray();
if (names.Length == 0 || args.Except(["--quick", "--json"]).Any(argument => argument != "all" && !known.Contains(argument)))
{
    Console.WriteLine($$"""
        dotnet run -c Release --project bench/Cluster -- {{string.Join("|", known)}}… | all [--quick] [--json]
          frame      what a caller's and a reply's frame cost on the standalone pump, a grain of the same silo, a grain of another silo
          capacity   how many calls a core carries with no frame more than 20 ms late at p99
          memory     what a session takes, idle and talking
        """);
    return names.Length == 0 ? 0 : 2;
}

var settings = args.Contains("--quick") ? Settings.Quick : Settings.Full;
var json = args.Contains("--json");
Table.To = json ? Console.Error : Console.Out;
Table.To.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores; a process for each silo, over TCP on loopback");
#if DEBUG
Table.To.WriteLine("DEBUG build: the times mean nothing. Use -c Release.");
#endif
var results = new Dictionary<string, object>();
var wants = (string name) => names.Contains(name) || names.Contains("all");
if (wants("frame") || wants("capacity"))
{
    using var modes = await Modes.StartAsync().ConfigureAwait(false);
    await WarmUp.RunAsync(modes, settings).ConfigureAwait(false);
    if (wants("frame"))
    {
        results["frame"] = await FrameBench.RunAsync(modes, settings).ConfigureAwait(false);
    }

    if (wants("capacity"))
    {
        var (steps, most) = await CapacityBench.RunAsync(modes, settings).ConfigureAwait(false);
        results["capacity"] = new { steps, most };
    }
}

if (wants("memory"))
{
    results["memory"] = await MemoryBench.RunAsync(settings).ConfigureAwait(false);
}

if (json)
{
    Console.WriteLine(JsonSerializer.Serialize(results, new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals }));
}

return 0;
