using System.Net;
using System.Net.Sockets;

namespace Conversation.ClusterBench.Driver;

/// <summary>A way to host sessions: the processes it takes, and for each that is a gateway how many of its calls it opens, and where (the address of a silo, "-" for where placement says).</summary>
internal sealed record Mode(string Name, IReadOnlyList<WorkerProcess> Workers, IReadOnlyList<(WorkerProcess Gateway, string Target)> Gateways);

/// <summary>The processes, started once and kept.</summary>
internal sealed class Modes : IDisposable
{
    private readonly List<WorkerProcess> workers = [];

    public required Mode Standalone { get; init; }

    public required Mode OneSilo { get; init; }

    /// <summary>Each caller's session lives on the other silo than its gateway.</summary>
    public required Mode OtherSilo { get; init; }

    /// <summary>Each caller's session lives where its gateway is.</summary>
    public required Mode TwoSilos { get; init; }

    /// <summary>The callers without anything behind them.</summary>
    public required Mode Nothing { get; init; }

    public static async Task<Modes> StartAsync()
    {
        var standalone = await WorkerProcess.StartAsync("standalone").ConfigureAwait(false);
        var port = FreePort();
        var single = await WorkerProcess.StartAsync("silo", port, port).ConfigureAwait(false);
        var primary = FreePort();
        var first = await WorkerProcess.StartAsync("silo", primary, primary).ConfigureAwait(false);
        var second = await WorkerProcess.StartAsync("silo", FreePort(), primary).ConfigureAwait(false);
        // Until each has the other's card.
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System).ConfigureAwait(false);
        var modes = new Modes
        {
            Standalone = new("standalone", [standalone], [(standalone, "-")]),
            OneSilo = new("grain, same silo", [single], [(single, "-")]),
            OtherSilo = new("grain, other silo", [first, second], [(first, second.Address), (second, first.Address)]),
            TwoSilos = new("two silos", [first, second], [(first, first.Address), (second, second.Address)]),
            Nothing = new("callers alone", [standalone], [(standalone, "none")]),
        };
        modes.workers.AddRange([standalone, single, first, second]);
        return modes;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose() => workers.ForEach(worker => worker.Dispose());
}
