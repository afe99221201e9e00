using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Conversation.Gateway.Telephony.Ari;

namespace Conversation.Gateway.Telephony.AudioSocket;

/// <summary>Takes Asterisk's connections, where a port is given. Stopping hangs up.</summary>
internal sealed partial class AudioSocketListener(GatewayOptions options, CarrierHost host, AriClient ari, ILogger<AudioSocketListener> logger) : IHostedLifecycleService, IDisposable
{
    private readonly ConcurrentDictionary<AudioSocketConnection, Task> calls = new();
    private readonly CancellationTokenSource stop = new();
    private Socket? listening;
    private Task accepting = Task.CompletedTask;

    /// <summary>Where it listens; null where it does not.</summary>
    public IPEndPoint? EndPoint => listening?.LocalEndPoint as IPEndPoint;

    /// <summary>Calls open now.</summary>
    public int Count => calls.Count;

    /// <summary>Last of all: a call is answered by what was loaded before.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (options.AudioSocket.Port is not { } port)
        {
            return Task.CompletedTask;
        }

        var address = IPAddress.Parse(options.AudioSocket.Address);
        listening = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listening.Bind(new IPEndPoint(address, port));
            listening.Listen(128);
        }
        catch (SocketException fault)
        {
            throw new IOException($"Gateway:AudioSocket cannot listen at {options.AudioSocket.Address}, port {port}: {fault.Message}.", fault);
        }

        LogListening(EndPoint!.ToString());
        accepting = Task.Run(Accept, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        listening?.Dispose();
        await accepting.ConfigureAwait(false);
        foreach (var call in calls.Keys)
        {
            call.HangUp();
        }

        await Task.WhenAll(calls.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        listening?.Dispose();
        stop.Dispose();
    }

    private async Task Accept()
    {
        while (!stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listening!.AcceptAsync(stop.Token).ConfigureAwait(false);
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException fault)
            {
                // One that came and went, or no room for another file: the next may do better.
                LogAcceptFailed(fault);
                await Task.Delay(TimeSpan.FromMilliseconds(100), host.Time, CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            socket.NoDelay = true;
            LimitSilence(socket);
            var connection = new AudioSocketConnection(socket, options.AudioSocket, host, ari);
            if (calls.Count >= options.AudioSocket.MaxCalls)
            {
                LogFull(options.AudioSocket.MaxCalls);
                connection.Refuse();
                continue;
            }

            calls[connection] = Task.CompletedTask;
            calls[connection] = Serve(connection);
        }
    }

    /// <summary>
    /// A peer that is gone without a word is found out: something is always on its way to it, and what is not acknowledged in five seconds ends the
    /// connection. One that is there and reads nothing is found out by its full buffers: this side's is kept short, as nothing is sent ahead.
    /// </summary>
    private static void LimitSilence(Socket socket)
    {
        const int tcp = 6, userTimeout = 18, bytes = 8_192;
        socket.SendBufferSize = bytes;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(tcp, userTimeout, BitConverter.GetBytes(5_000));
        }
    }

    private async Task Serve(AudioSocketConnection connection)
    {
        await Task.Yield();
        host.Metrics.Connected();
        try
        {
            await connection.RunAsync(stop.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogFault(fault);
        }
        finally
        {
            calls.TryRemove(connection, out _);
            host.Metrics.Disconnected();
        }
    }

    [LoggerMessage(50, LogLevel.Information, "Taking AudioSocket calls at {EndPoint}")]
    private partial void LogListening(string endPoint);

    [LoggerMessage(51, LogLevel.Warning, "Refused an AudioSocket call: there are {Count}")]
    private partial void LogFull(int count);

    [LoggerMessage(52, LogLevel.Warning, "Could not take an AudioSocket connection")]
    private partial void LogAcceptFailed(Exception fault);

    [LoggerMessage(53, LogLevel.Error, "An AudioSocket call failed")]
    private partial void LogFault(Exception fault);
}
