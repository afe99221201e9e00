using System.Data.Common;
using System.Net;

namespace Conversation.Silo.Options;

/// <summary>This silo and the cluster it belongs to; configuration section <c>Silo</c>. Checked at start, every fault told at once.</summary>
internal sealed record SiloOptions
{
    /// <summary>One silo by itself, or one of several that find each other in PostgreSQL: "local" or "postgres". Default "local".</summary>
    public string Clustering { get; init; } = Local;

    /// <summary>Npgsql's connection string of the cluster's database ("Host=db;Username=…;Password=…;Database=…"). Needed for "postgres".</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>Silos of one cluster have the same; another one while old and new must not mix. Default "conversation"; 1 to 150 characters.</summary>
    public string ClusterId { get; init; } = "conversation";

    /// <summary>Whose stored state it is: survives changes of <see cref="ClusterId"/>. Default "conversation"; 1 to 150 characters.</summary>
    public string ServiceId { get; init; } = "conversation";

    /// <summary>This silo's name for people, in logs and on cards. Default: the machine's name and the silo's port. At most 150 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>The TCP port for the other silos. 0: a free one. Default 0 for "local", 11111 for "postgres".</summary>
    public int? SiloPort { get; init; }

    /// <summary>The IP address that the other silos reach this one at; it listens there only. Default: loopback for "local", for "postgres" the machine's own as its name resolves.</summary>
    public string Address { get; init; } = "";

    /// <summary>Where people's browsers reach this silo's gateway ("https://talk-2.example"), for the other silos to tell. Default: not told.</summary>
    public string HttpAddress { get; init; } = "";

    /// <summary>How long a silo that was told to stop may take to move its sessions to others. Default 60 s, 0 to 1 h.</summary>
    public TimeSpan DrainWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether the silo makes its tables where they are absent or old. Without it someone else runs the scripts. Default true.</summary>
    public bool CreateSchema { get; init; } = true;

    /// <summary>How long the start waits for a database that does not answer. Default 2 min, 0 to 1 h.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether this silo loads models: "on", or "off" for one that hosts sessions and a gateway and uses the others' lanes. Default "on".</summary>
    public string Inference { get; init; } = "on";

    /// <summary>
    /// How often silos ask each other for a sign of life, and how long they wait for it. With <see cref="MissedProbes"/> it says how soon a dead
    /// silo is known: its death lies at most one period before the first probe that misses it, and each miss takes one period, so at most
    /// (<see cref="MissedProbes"/> + 1) periods: 8 s of the 10 s there are. Shorter finds it sooner, but a silo that pauses (garbage, a starved
    /// machine) for <see cref="MissedProbes"/> periods is taken for dead and has to start anew. Default 2 s, 0.5 to 60 s.
    /// </summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Probes in a row that go unanswered before a silo is suspected. The last is sent by way of a third silo where there is one. Default 3, 1 to 20.</summary>
    public int MissedProbes { get; init; } = 3;

    /// <summary>Whether Orleans' dashboard is at <c>/dashboard</c>, where this build has it. Default false.</summary>
    public bool Dashboard { get; init; }

    /// <summary>Whether the dashboard, which asks for no password, answers other machines too. Default false.</summary>
    public bool DashboardRemote { get; init; }

    internal const string Local = "local";
    internal const string Postgres = "postgres";

    /// <summary>How often a silo writes a sign of life into the table, and for how long without one it still counts as living there.</summary>
    internal static readonly TimeSpan AliveEvery = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan SilentFor = 3 * AliveEvery;

    /// <summary>True for a silo of a cluster in PostgreSQL.</summary>
    internal bool IsPostgres => Clustering == Postgres;

    /// <summary>Every fault, in words that name the setting; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (Clustering is not (Local or Postgres))
        {
            yield return $"Silo:Clustering is '{Clustering}'; it must be 'local' or 'postgres'.";
        }

        if (IsPostgres && ConnectionFault() is { } connection)
        {
            yield return connection;
        }

        foreach (var (name, value) in new[] { (nameof(ClusterId), ClusterId), (nameof(ServiceId), ServiceId) })
        {
            if (value.Length is < 1 or > 150)
            {
                yield return $"Silo:{name} has {value.Length} characters; it must have 1 to 150.";
            }
        }

        if (Name.Length > 150)
        {
            yield return $"Silo:Name has {Name.Length} characters; it may have 150.";
        }

        if (SiloPort is < 0 or > 65_535)
        {
            yield return $"Silo:SiloPort is {SiloPort}; it must be 0 to 65535.";
        }

        if (Address.Length > 0 && (!IPAddress.TryParse(Address, out var ip) || ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)))
        {
            yield return $"Silo:Address is '{Address}'; it must be an IP address that the other silos can reach.";
        }

        if (HttpAddress.Length > 0 && !(Uri.TryCreate(HttpAddress, UriKind.Absolute, out var http) && http.Scheme is "http" or "https"))
        {
            yield return $"Silo:HttpAddress is '{HttpAddress}'; it must be http://host[:port] or https://host[:port].";
        }

        foreach (var (name, value, least, most) in new[]
        {
            (nameof(DrainWithin), DrainWithin, TimeSpan.Zero, TimeSpan.FromHours(1)),
            (nameof(ConnectWithin), ConnectWithin, TimeSpan.Zero, TimeSpan.FromHours(1)),
            (nameof(ProbeTimeout), ProbeTimeout, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(60)),
        })
        {
            if (value < least || value > most)
            {
                yield return $"Silo:{name} is {value}; it must be {least} to {most}.";
            }
        }

        if (MissedProbes is < 1 or > 20)
        {
            yield return $"Silo:MissedProbes is {MissedProbes}; it must be 1 to 20.";
        }

        if (Inference is not ("on" or "off"))
        {
            yield return $"Silo:Inference is '{Inference}'; it must be 'on' or 'off'.";
        }

        if (Inference == "off" && !IsPostgres)
        {
            yield return "Silo:Inference is 'off' in a silo by itself: there is no other one to compute for it.";
        }
    }

    // Never the string itself: it may hold a password.
    private string? ConnectionFault()
    {
        if (ConnectionString.Length == 0)
        {
            return "Silo:ConnectionString is empty; Silo:Clustering 'postgres' needs it: Host=…;Username=…;Password=…;Database=….";
        }

        try
        {
            return string.IsNullOrEmpty(new Npgsql.NpgsqlConnectionStringBuilder(ConnectionString).Host) ? "Silo:ConnectionString names no Host." : null;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or DbException or KeyNotFoundException)
        {
            return $"Silo:ConnectionString cannot be read: {fault.Message}";
        }
    }
}
