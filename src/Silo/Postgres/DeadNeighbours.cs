using System.Net;
using System.Net.Sockets;
using Conversation.Silo.Options;
using Npgsql;

namespace Conversation.Silo.Postgres;

/// <summary>
/// Waits, before the silo joins, until silos that are in the table but cannot be reached count as dead. Orleans lets nobody join who cannot reach
/// every living silo, and looks only once, on joining, which of them have stopped giving signs of life: where all were killed, a silo that is
/// back within seconds would wait for one that is not until it gave up.
/// </summary>
internal sealed partial class DeadNeighbours(SiloOptions options, SiloPlace place, string connectionString, TimeProvider time, ILogger<DeadNeighbours> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var told = false; time.GetElapsedTime(began) < SiloOptions.SilentFor + TimeSpan.FromSeconds(5); told = true)
        {
            var silent = new List<string>();
            foreach (var (name, endpoint) in await LivingAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!await AnswersAsync(endpoint, cancellationToken).ConfigureAwait(false))
                {
                    silent.Add(name);
                }
            }

            if (silent.Count == 0)
            {
                return;
            }

            if (!told)
            {
                LogWaiting(string.Join(", ", silent), SiloOptions.SilentFor.TotalSeconds);
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Those that the table holds for living, but for this one's own forerunner: its place is ours.</summary>
    private async Task<List<(string Name, IPEndPoint Endpoint)>> LivingAsync(CancellationToken cancellation)
    {
        var living = new List<(string, IPEndPoint)>();
        try
        {
            var connection = new NpgsqlConnection(connectionString);
            await using (connection.ConfigureAwait(false))
            {
                await connection.OpenAsync(cancellation).ConfigureAwait(false);
                // 3 is SiloStatus.Active.
                var command = new NpgsqlCommand("SELECT SiloName, Address, Port FROM orleans_membership WHERE DeploymentId = $1 AND Status = 3 AND IAmAliveTime > $2", connection)
                {
                    Parameters = { new() { Value = options.ClusterId }, new() { Value = (time.GetUtcNow() - SiloOptions.SilentFor).UtcDateTime } },
                };
                await using (command.ConfigureAwait(false))
                {
                    var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
                    await using (reader.ConfigureAwait(false))
                    {
                        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                        {
                            var endpoint = new IPEndPoint(IPAddress.Parse(reader.GetString(1)), reader.GetInt32(2));
                            if (!endpoint.Equals(place.Endpoint))
                            {
                                living.Add((reader.GetString(0), endpoint));
                            }
                        }
                    }
                }
            }
        }
        catch (Exception fault) when (PostgresFaults.MayPass(fault))
        {
            // Orleans asks next, and says what is wrong.
        }

        return living;
    }

    private async Task<bool> AnswersAsync(IPEndPoint endpoint, CancellationToken cancellation)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.ProbeTimeout);
        try
        {
            await socket.ConnectAsync(endpoint, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Silos} cannot be reached; waiting until they count as dead, {Seconds:0} s after their last sign of life")]
    private partial void LogWaiting(string silos, double seconds);
}

/// <summary>Where this silo listens for others; null where only Orleans knows.</summary>
internal sealed record SiloPlace(IPEndPoint? Endpoint);
