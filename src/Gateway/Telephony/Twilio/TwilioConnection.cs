using System.Net.WebSockets;
using Conversation.Audio;
using Conversation.Gateway.Telephony.Twilio.Access;
using Conversation.Gateway.Telephony.Twilio.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.Twilio;

/// <summary>One stream: "start" opens its session, then audio, keys and marks until either side ends it.</summary>
internal sealed class TwilioConnection(WebSocket socket, bool checkedIn, TwilioCalls calls, CarrierHost host, ILogger logger) : IDisposable
{
    // The longest audio that is taken, in base64, and what is around it.
    private const int LongestMessage = 65_536;
    private const string MuLaw = "audio/x-mulaw";

    private readonly byte[] buffer = new byte[LongestMessage];
    private readonly short[] pcm = new short[StreamParser.LongestAudio];
    private readonly StreamMessage message = new();
    private readonly CancellationTokenSource leaving = new();
    private TwilioLine? line;
    private CarrierCall? call;
    private MediaOrder? order;
    private string callId = "";
    private bool aLaw;
    private int faults;

    /// <summary>Takes the call until either side ends it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(host.Options.OpenTimeout, host.Time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
        using var end = stopping.Register(() => line?.HangUp());
        try
        {
            while (await Receive(call is null ? opening.Token : leaving.Token).ConfigureAwait(false) is { } received)
            {
                if (!await Take(received.Type, received.Length, opening.Token).ConfigureAwait(false))
                {
                    break;
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
        }
        finally
        {
            call?.Gone();
            if (order is { Counts: { } counts } && counts != default)
            {
                TwilioLog.Losses(logger, callId, counts.Lost, counts.Late);
            }

            await Leave().ConfigureAwait(false);
            calls.Release(callId, this);
        }
    }

    public void Dispose() => leaving.Dispose();

    private async Task Leave()
    {
        line?.HangUp();
        try
        {
            if (line is not null)
            {
                await line.Completion.WaitAsync(TimeSpan.FromSeconds(2), host.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, null, leaving.Token).ConfigureAwait(false);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException or InvalidOperationException)
        {
        }

        socket.Abort();
    }

    /// <summary>The next message, in the buffer; null at the end, or where it is longer than any should be.</summary>
    private async Task<(WebSocketMessageType Type, int Length)?> Receive(CancellationToken cancellation)
    {
        var received = await socket.ReceiveWholeAsync(buffer, cancellation).ConfigureAwait(false);
        if (received.Length < 0)
        {
            TwilioLog.Broken(logger, callId, "a message that is too long");
        }

        return received.Length < 0 || received.Type == WebSocketMessageType.Close ? null : received;
    }

    /// <summary>False where the call is over.</summary>
    private async ValueTask<bool> Take(WebSocketMessageType type, int length, CancellationToken opening)
    {
        // Binary messages are not of this protocol. One that is wrong says nothing of the next: only too many of them do.
        if (type != WebSocketMessageType.Text || !StreamParser.TryRead(buffer.AsSpan(0, length), message))
        {
            if (++faults < host.Options.MaxFaults)
            {
                return true;
            }

            TwilioLog.Broken(logger, callId, "too many messages that are none");
            return false;
        }

        switch (message.Event)
        {
            case StreamEvent.Start when call is null:
                return await Open(message.Start!, opening).ConfigureAwait(false);
            case StreamEvent.Media when order is not null && message.Inbound:
                return Hear() || Flooded();
            case StreamEvent.Dtmf:
                call?.Digit(char.ToUpperInvariant(message.Digit));
                return true;
            case StreamEvent.Mark when line?.Marked(message.Text) is { } played:
                call!.MarkPlayed(played.Generation, played.Position);
                return true;
            case StreamEvent.Error:
                TwilioLog.Said(logger, callId, message.Text);
                return true;
            case StreamEvent.Stop:
                order?.Flush();
                return false;
            default:
                return true;
        }
    }

    private bool Hear()
    {
        var samples = pcm.AsSpan(0, message.PayloadLength);
        if (aLaw)
        {
            G711.DecodeALaw(message.Audio, samples);
        }
        else
        {
            G711.DecodeMuLaw(message.Audio, samples);
        }

        return order!.Take(message.Chunk, message.Timestamp, samples);
    }

    private bool Flooded()
    {
        TwilioLog.Broken(logger, callId, "more audio than anybody says");
        return false;
    }

    private async Task<bool> Open(StreamStart start, CancellationToken opening)
    {
        aLaw = start.Encoding.Equals("PCMA", StringComparison.OrdinalIgnoreCase);
        if (calls.Admit(start, checkedIn, this) is { } refused)
        {
            TwilioLog.StreamRefused(logger, start.CallId, refused);
            host.Metrics.Rejected("bad_stream");
            return false;
        }

        callId = start.CallId;
        if (!(aLaw || start.Encoding.Equals("PCMU", StringComparison.OrdinalIgnoreCase) || start.Encoding == MuLaw) || start.Rate != 8_000 || start.Channels != 1)
        {
            TwilioLog.StreamRefused(logger, callId, $"its audio is {start.Encoding} at {start.Rate} Hz in {start.Channels} channels, not mu-law at 8000 Hz in one");
            return false;
        }

        var options = host.Options.Twilio;
        line = new TwilioLine(socket, new StreamEncoder(options.IsTelnyx, start.StreamId), options.Ahead, action => calls.Act(callId, action));
        _ = CarrierSocket.LeaveAfterAsync(line.Completion, leaving, host.Time);
        var caller = new CarrierCaller
        {
            Carrier = options.Dialect,
            CallId = callId,
            Rate = 8_000,
            // So much must be here to be there ahead.
            Lead = (options.Ahead + 10) * CarrierPacer.Tick,
            Caller = calls.CallerOf(start),
            Route = options.RouteOf(start.Parameters.GetValueOrDefault(StreamCaller.Route))!,
        };
        (call, _) = await CarrierCall.OpenAsync(host, caller, line, opening).ConfigureAwait(false);
        order = call is null ? null : new MediaOrder(call.Audio, call.Skip);
        return call is not null;
    }
}
