using Conversation.Bench;
using Conversation.Bench.Calls;

// Each bench has its own folder or file and one line here.
Bench[] benches =
[
    new("audio", "what Audio costs for each frame or window of a caller", AudioBench.Run),
    new("framing", "a 20 ms frame as a SignalR message: base64 in JSON against MessagePack", FramingBench.Run),
    new("vad", "voice activity of many callers: one by one against batched", VoiceActivityBench.Run),
    new("frame-path", "a caller's frame to Core, and a reply's frame to the sending queue, through the real parts", FramePathBench.Run),
    new("latency", "a started server and N callers at once, each talking half the time", LatencyBench.Run),
];

// Benches with arguments and exit codes of their own; not part of "all".
if (args is ["device", .. var rest])
{
    return DeviceBench.Run(rest);
}

if (args is ["calls", .. var call])
{
    return CallsBench.Run(call);
}

if (args.Length == 0 || args.Any(argument => argument is "--help" or "-h"))
{
    Console.WriteLine("dotnet run -c Release --project bench -- NAME… | all [--quick]");
    foreach (var bench in benches)
    {
        Console.WriteLine($"  {bench.Name,-12} {bench.Description}");
    }

    Console.WriteLine($"  {"device",-12} {DeviceBench.Description}");
    Console.WriteLine($"  {"calls",-12} {CallsBench.Description}");

    return args.Length == 0 ? 2 : 0;
}

var names = args.Where(argument => !argument.StartsWith('-')).ToArray();
var unknown = names.Where(name => name != "all" && benches.All(bench => bench.Name != name)).ToArray();
if (unknown.Length > 0)
{
    Console.Error.WriteLine($"No bench is called {string.Join(", ", unknown)}; --help lists them.");
    return 2;
}

var harness = new Harness(quick: args.Contains("--quick"));
harness.DescribeMachine();
foreach (var bench in benches.Where(bench => names.Contains(bench.Name) || names.Contains("all")))
{
    Console.WriteLine();
    Console.WriteLine($"{bench.Name}: {bench.Description}");
    bench.Run(harness);
}

return 0;
