using System.Data.Common;
using Npgsql;

namespace Conversation.Silo.Postgres;

/// <summary>The cluster's connection string as it is used: with limits fit for calls that people wait for, where it sets none itself.</summary>
internal static class PostgresConnection
{
    public static string Complete(string connectionString, string name)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var full = new NpgsqlConnectionStringBuilder(connectionString);
        // A database that hangs must not hold a grain for the 15 and 30 s of Npgsql's own. What is given up is also cancelled, by a connection of
        // its own, tried twice: 10 s in all, less than a call between grains may take.
        Unless(["Timeout"], () => full.Timeout = 3);
        Unless(["Command Timeout", "CommandTimeout"], () => full.CommandTimeout = 4);
        Unless(["Cancellation Timeout", "CancellationTimeout"], () => full.CancellationTimeout = 1_000);
        // A machine that vanished is noticed also where nothing is being written.
        Unless(["Keepalive", "Keep Alive"], () => full.KeepAlive = 15);
        Unless(["Maximum Pool Size", "MaxPoolSize"], () => full.MaxPoolSize = 40);
        Unless(["Application Name", "ApplicationName"], () => full.ApplicationName = name.Length > 60 ? name[..60] : name);
        return full.ConnectionString;

        void Unless(string[] keys, Action set)
        {
            if (!keys.Any(given.ContainsKey))
            {
                set();
            }
        }
    }
}
