using System.Collections.Concurrent;
using System.Net.WebSockets;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Ari;

/// <summary>The ARI application: hears of channels that enter it and takes their calls; connects again, ever more slowly, when Asterisk goes.</summary>
internal sealed class AriApplication(GatewayOptions options, AriClient ari, CarrierHost host, ILogger<AriApplication> logger) : IHostedLifecycleService, IDisposable
{
    // An event tells of a channel with its variables; Asterisk sends longer ones in parts, and none is as long as this.
    private const int LongestEvent = 262_144;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    /// <summary>Longer than any call may ring, with time for Asterisk to come back.</summary>
    public static readonly TimeSpan ExpectedFor = TimeSpan.FromMinutes(6);
    private readonly ConcurrentDictionary<string, AriCall> calls = new();
    private readonly ConcurrentDictionary<string, AriCall> media = new();
    private readonly ConcurrentDictionary<string, AriExpected> expected = new();
    private readonly ConcurrentDictionary<Task, bool> running = new();
    private readonly CancellationTokenSource stop = new();
    private Task hearing = Task.CompletedTask;
    private long lostAt;

    /// <summary>Calls open now.</summary>
    public int Count => calls.Count;

    /// <summary>Whether Asterisk is there.</summary>
    public bool IsConnected { get; private set; }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (ari.Enabled && options.Ari.Calls)
        {
            hearing = Task.Run(Hear, CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll([hearing, .. running.Keys]).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => stop.Dispose();

    /// <summary>Calls from here that are not answered yet.</summary>
    public int Awaited => expected.Count;

    /// <summary>A channel of this id is called from here: whose it is, once it enters. Not for ever: how it ended may have been told while nobody heard.</summary>
    public void Expect(string channel, CarrierRoute route, CallerInfo caller)
    {
        var call = new AriExpected(route, caller, host.Time.GetTimestamp());
        expected[channel] = call;
        _ = Expire(channel, call);
    }

    /// <summary>It is expected no longer.</summary>
    public void Forget(string channel) => expected.TryRemove(channel, out _);

    private async Task Expire(string channel, AriExpected call)
    {
        await Task.Delay(ExpectedFor, host.Time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (expected.TryRemove(KeyValuePair.Create(channel, call)) && !stop.IsCancellationRequested)
        {
            AriLog.GivenUp(logger, channel, "nothing was heard of it");
        }
    }

    private async Task Hear()
    {
        var wait = Shortest;
        while (!stop.IsCancellationRequested)
        {
            string why;
            try
            {
                using var socket = await ari.ConnectEventsAsync(stop.Token).ConfigureAwait(false);
                AriLog.Connected(logger, options.Ari.App, options.Ari.Url!);
                IsConnected = true;
                wait = Shortest;
                await Recall().ConfigureAwait(false);
                why = await HearAll(socket).ConfigureAwait(false) ?? "it closed the connection";
                if (why == AriEvent.Replaced)
                {
                    // To take it back at once would have the two take it from each other for ever.
                    AriLog.Replaced(logger, options.Ari.App);
                    wait = Longest;
                }
            }
            catch (Exception failed) when (failed is WebSocketException or OperationCanceledException or IOException)
            {
                why = failed is OperationCanceledException ? "no answer in time" : failed.Message;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // Whatever it was, not to listen any more would lose every call from then on.
                AriLog.Fault(logger, fault);
                why = fault.Message;
            }

            IsConnected = false;
            lostAt = host.Time.GetTimestamp();
            if (!stop.IsCancellationRequested)
            {
                AriLog.Lost(logger, options.Ari.Url!, why, wait.TotalSeconds);
                await Task.Delay(wait, host.Time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, Longest.Ticks));
            }
        }
    }

    /// <summary>After a while without events: calls that ended meanwhile are over, and channels that nobody here knows go on in the dialplan.</summary>
    private async Task Recall()
    {
        await Review().ConfigureAwait(false);
        if (await ari.MembersAsync().ConfigureAwait(false) is not { Done: true } answer)
        {
            return;
        }

        var members = AriWire.ReadMembers(answer.Body);
        foreach (var call in calls.Values.Where(call => !members.Contains(call.Channel)))
        {
            call.Left();
        }

        foreach (var member in members.Where(member => !calls.ContainsKey(member) && !media.ContainsKey(member)))
        {
            if (member.StartsWith(options.Ari.App + "-media-", StringComparison.Ordinal))
            {
                await ari.HangUpAsync(member).ConfigureAwait(false);
                continue;
            }

            expected.TryRemove(member, out _);
            AriLog.NotTaken(logger, member, "it entered while nobody heard");
            await ari.ContinueAsync(member).ConfigureAwait(false);
        }
    }

    /// <summary>Calls from here that Asterisk knows nothing of any more ended meanwhile.</summary>
    private async Task Review()
    {
        // One that is being asked for since may have no channel yet.
        var calls = expected.Where(call => call.Value.Since < lostAt).ToList();
        if (calls.Count == 0 || await ari.ChannelsAsync().ConfigureAwait(false) is not { Done: true } answer)
        {
            return;
        }

        var there = AriWire.ReadChannels(answer.Body).Select(channel => channel.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var call in calls.Where(call => !there.Contains(call.Key) && expected.TryRemove(call)))
        {
            AriLog.GivenUp(logger, call.Key, "it ended while Asterisk was away");
        }
    }

    /// <summary>Events until the socket ends; says why where Asterisk did.</summary>
    private async Task<string?> HearAll(WebSocket socket)
    {
        var buffer = new byte[16_384];
        var length = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), stop.Token).ConfigureAwait(false);
            length += received.Count;
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (!received.EndOfMessage)
            {
                if (length == buffer.Length)
                {
                    if (length >= LongestEvent)
                    {
                        return "it sent an event without end";
                    }

                    Array.Resize(ref buffer, length * 2);
                }

                continue;
            }

            if (AriWire.ReadEvent(buffer.AsMemory(0, length)) is { } message)
            {
                if (message.Type == AriEvent.Replaced)
                {
                    return AriEvent.Replaced;
                }

                Take(message);
            }

            length = 0;
        }
    }

    private void Take(AriEvent message)
    {
        if (message.Channel is not { } channel)
        {
            return;
        }

        switch (message.Type)
        {
            case AriEvent.Enters when media.TryGetValue(channel.Id, out var call):
                call.MediaEntered();
                break;
            case AriEvent.Enters:
                var task = Serve(channel, message.Arguments);
                running[task] = true;
                _ = task.ContinueWith(done => running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                break;
            case AriEvent.Leaves or AriEvent.Destroyed:
                if (calls.TryGetValue(channel.Id, out var left))
                {
                    left.Left();
                }

                if (message.Type == AriEvent.Destroyed && expected.TryRemove(channel.Id, out _))
                {
                    AriLog.NotAnswered(logger, channel.Id, message.Cause);
                }

                break;
        }
    }

    private async Task Serve(AriChannel channel, IReadOnlyList<string> arguments)
    {
        await Task.Yield();
        var outbound = expected.TryRemove(channel.Id, out var awaited) ? awaited : null;
        var name = arguments.Count > 0 ? arguments[0] : "";
        var route = outbound?.Route ?? (name.Length == 0 ? options.Ari.Default : options.Ari.Routes.GetValueOrDefault(name));
        var caller = outbound?.Caller ?? new CallerInfo { Number = channel.CallerNumber, Name = channel.CallerName, Called = channel.Extension, Attributes = channel.Variables };
        if (route is null || calls.Count >= options.Ari.MaxCalls)
        {
            AriLog.NotTaken(logger, channel.Id, route is null ? "its route is none" : "there are as many calls as may be");
            await ari.ContinueAsync(channel.Id).ConfigureAwait(false);
            return;
        }

        using var call = new AriCall(channel, route, caller, ari, options, host, logger);
        calls[call.Channel] = media[call.Media] = call;
        host.Metrics.Connected();
        try
        {
            await call.RunAsync(stop.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            AriLog.Fault(logger, fault);
        }
        finally
        {
            calls.TryRemove(call.Channel, out _);
            media.TryRemove(call.Media, out _);
            host.Metrics.Disconnected();
        }
    }
}
