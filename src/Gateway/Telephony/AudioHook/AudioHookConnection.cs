using System.Net.WebSockets;
using Conversation.Gateway.Hub;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.AudioHook;

/// <summary>What is known of a client once its signature is found good.</summary>
internal sealed record AudioHookVisit(string Session, string Organization, string Connector, CarrierRoute Route);

/// <summary>One AudioHook session: "open" begins it and the call's session, "close" ends both. What breaks the protocol is answered by "disconnect".</summary>
internal sealed class AudioHookConnection(WebSocket socket, AudioHookVisit visit, AudioHookOptions options, CarrierHost host, ILogger logger)
{
    private const int Rate = 8_000;
    private const string TooMuch = "more than a client may send";

    // Genesys closes within a second or so of being asked to; and the socket, of being told "closed".
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HoldUnlessTold = TimeSpan.FromSeconds(1);
    // Longer a caller will not wait.
    private static readonly TimeSpan HoldAtMost = TimeSpan.FromSeconds(30);

    private readonly byte[] buffer = new byte[HookWire.Longest];
    private readonly short[] samples = new short[HookWire.Longest];
    private readonly HookPosition position = new();
    private readonly InputGuard guard = new(host.Options, host.Time);
    private readonly CancellationTokenSource patience = new(Timeout.InfiniteTimeSpan, host.Time);
    private AudioHookLine? line;
    private CarrierCall? call;
    private HookMedia? media;
    private bool opened;
    private bool closed;

    /// <summary>Takes the session until either side ends it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        line = new AudioHookLine(socket, visit.Session, options.Ahead, host.Time, () => Wait(Farewell));
        using var end = stopping.Register(() => line.Part(AudioHookLine.Failed, "the service is stopping"));
        try
        {
            Wait(host.Options.OpenTimeout);
            while (await Receive().ConfigureAwait(false) is { } message && await Take(message.Type, message.Length, stopping).ConfigureAwait(false))
            {
                if (opened && !line.IsParting)
                {
                    Wait(options.ClientTimeout);
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
        }
        finally
        {
            call?.Gone();
            line.Closed();
            await Leave().ConfigureAwait(false);
            lock (patience)
            {
                patience.Dispose();
            }
        }
    }

    private void Wait(TimeSpan time)
    {
        lock (patience)
        {
            try
            {
                patience.CancelAfter(time);
            }
            catch (ObjectDisposedException)
            {
            }
        }
    }

    private async Task Leave()
    {
        try
        {
            await line!.Completion.WaitAsync(TimeSpan.FromSeconds(2), host.Time).ConfigureAwait(false);
            using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(1), host.Time);
            if (socket.State is WebSocketState.CloseReceived or WebSocketState.Open)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, brief.Token).ConfigureAwait(false);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or IOException or TimeoutException)
        {
        }

        socket.Abort();
    }

    /// <summary>The next message, in the buffer; null at the end. One that is longer than the buffer is not there, only its length.</summary>
    private async Task<(WebSocketMessageType Type, int Length)?> Receive()
    {
        var length = 0;
        while (true)
        {
            // What does not fit is read over what is there: the client is told, and the session closed in order.
            var into = length < buffer.Length ? buffer.AsMemory(length) : buffer;
            var received = await socket.ReceiveAsync(into, patience.Token).ConfigureAwait(false);
            length += received.Count;
            if (received.MessageType == WebSocketMessageType.Close || length > 16 * buffer.Length)
            {
                return null;
            }

            if (received.EndOfMessage)
            {
                return (received.MessageType, length);
            }
        }
    }

    /// <summary>False where nothing more is to be read.</summary>
    private async ValueTask<bool> Take(WebSocketMessageType type, int length, CancellationToken stopping)
    {
        if (closed)
        {
            // Told "closed", the client has but to close the socket.
            return true;
        }

        if (length > buffer.Length)
        {
            return Break("a message of more than 65,535 bytes");
        }

        if (type == WebSocketMessageType.Binary)
        {
            return TakeAudio(buffer.AsSpan(0, length));
        }

        var (message, fault) = HookWire.Read(buffer.AsSpan(0, length));
        fault ??= guard.IsControlFlood() ? TooMuch : line!.Number(message!);
        if (line!.IsParting)
        {
            // Asked to close, it may have much under way; its "close" is what is waited for.
            return message is not HookMessage.Close || Close((HookMessage.Close)message);
        }

        return fault is not null ? Break(fault) : message switch
        {
            HookMessage.Open open => await Open(open, stopping).ConfigureAwait(false),
            HookMessage.Close close => Close(close),
            _ when !opened => Break("a message before 'open'"),
            _ => TakeMessage(message!),
        };
    }

    private bool TakeAudio(ReadOnlySpan<byte> audio)
    {
        if (line!.IsParting || (opened && media is null) || (opened && call is null))
        {
            // Under way when it was asked to close; or a probe's.
            return true;
        }

        if (!opened)
        {
            return Break("audio before 'opened'");
        }

        if (!media!.TryRead(audio, samples, out var count))
        {
            return Break("audio with half a pair of samples");
        }

        position.Received(count);
        return call!.Audio(samples.AsSpan(0, count)) || Break(TooMuch);
    }

    private bool TakeMessage(HookMessage message)
    {
        switch (message)
        {
            case HookMessage.Ping:
                line!.Answer("pong");
                break;
            case HookMessage.Update:
                // Recognition and voices are the route's; a language has no say in them.
                line!.Answer("updated");
                break;
            case HookMessage.Resumed resumed:
                call?.Skip(position.Skip(resumed.Start, resumed.Discarded));
                break;
            case HookMessage.Discard discard:
                call?.Skip(position.Skip(discard.Start, discard.Discarded));
                break;
            case HookMessage.Digit digit:
                call?.Digit(digit.Key);
                break;
            case HookMessage.PlaybackStarted:
                line!.Playback(begun: true);
                break;
            case HookMessage.PlaybackCompleted:
                if (line!.Playback(begun: false))
                {
                    call?.AllPlayed();
                }

                break;
            case HookMessage.Error error:
                AudioHookLog.Failed(logger, visit.Session, error.Code, error.Text);
                if (error.Code == StatusCodes.Status429TooManyRequests)
                {
                    var wait = error.RetryAfter ?? HoldUnlessTold;
                    line!.Hold(wait < HoldAtMost ? wait : HoldAtMost);
                }

                break;
            case HookMessage.Other other:
                AudioHookLog.Unknown(logger, visit.Session, other.Kind);
                break;
        }

        // "paused" needs nothing: where no audio comes, the session hears silence.
        return true;
    }

    private async ValueTask<bool> Open(HookMessage.Open open, CancellationToken stopping)
    {
        if (opened)
        {
            return Break("a second 'open'");
        }

        if (!string.Equals(open.Organization, visit.Organization, StringComparison.OrdinalIgnoreCase))
        {
            return Break("organizationId is not the header's", "unauthorized");
        }

        var chosen = HookMedia.Choose(open.Media);
        if (chosen is null && !(open.IsProbe && open.Media.Count == 0))
        {
            return Break("none of the media offered is taken: offer PCMU at 8000 Hz with the external channel");
        }

        if (open.IsProbe)
        {
            AudioHookLog.Probed(logger, visit.Session, visit.Connector);
        }
        else
        {
            using var opening = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
            (call, var fault) = await CarrierCall.OpenAsync(host, Caller(open), line!, opening.Token).ConfigureAwait(false);
            if (call is null)
            {
                return Break(fault!.Code);
            }
        }

        media = chosen;
        opened = true;
        line!.Opened(chosen, open.WantsLanguages ? options.Languages.Count > 0 ? options.Languages : ["en-US"] : null);
        return true;
    }

    private CarrierCaller Caller(HookMessage.Open open) => new()
    {
        Carrier = "audiohook",
        CallId = visit.Session,
        Rate = Rate,
        Lead = options.Ahead + TimeSpan.FromMilliseconds(200),
        Route = visit.Route,
        Caller = new CallerInfo { Number = open.Ani, Name = open.AniName, Called = open.Dnis, Attributes = open.Attributes },
    };

    private bool Close(HookMessage.Close close)
    {
        AudioHookLog.Closes(logger, visit.Session, close.Reason);
        closed = true;
        call?.Gone();
        line!.Closed();
        Wait(Farewell);
        return true;
    }

    private bool Break(string why, string reason = AudioHookLine.Failed)
    {
        if (!line!.IsParting)
        {
            AudioHookLog.Broken(logger, visit.Session, why);
            line.Part(reason, why);
            call?.Gone();
        }

        return true;
    }
}
