using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Conversation.Gateway.Telephony.Ari;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.AudioSocket;

/// <summary>One AudioSocket: its id, then its audio, whose kind says at what rate the session is opened.</summary>
internal sealed class AudioSocketConnection(Socket socket, AudioSocketOptions options, CarrierHost host, AriClient ari)
{
    private static readonly TimeSpan FirstAudioWithin = TimeSpan.FromMilliseconds(500);
    private const int MostKeys = 64;
    private readonly List<char> pressed = [];
    private readonly short[] samples = new short[(ushort.MaxValue / 2) + 1];
    private Guid? id;
    private AudioSocketKind kind;
    private AudioSocketLine? line;
    private CarrierCall? call;
    private bool awaited;

    /// <summary>Takes the call until either side ends it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        // Until it is a call it must say what it is, and soon; then silence from there may be the caller's.
        using var patience = new CancellationTokenSource(host.Options.OpenTimeout, host.Time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
        var reader = PipeReader.Create(new NetworkStream(socket, ownsSocket: true));
        using var silent = host.Time.CreateTimer(_ => reader.CancelPendingRead(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var heard = host.Time.GetTimestamp();
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(call is null ? opening.Token : stopping).ConfigureAwait(false);
                var buffer = read.Buffer;
                var goesOn = true;
                while (goesOn)
                {
                    var outcome = AudioSocketParser.TryRead(ref buffer, out var message);
                    if (outcome == AudioSocketRead.Incomplete)
                    {
                        break;
                    }

                    goesOn = outcome == AudioSocketRead.Message && await Take(message, opening.Token).ConfigureAwait(false);
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                heard = read.IsCanceled ? heard : host.Time.GetTimestamp();
                if (goesOn && call is null && id is not null)
                {
                    if (read.IsCanceled)
                    {
                        goesOn = await Open(AudioSocketMessage.KindOf(options.SilentRate), options.SilentRate, opening.Token).ConfigureAwait(false);
                    }
                    else if (!awaited)
                    {
                        awaited = silent.Change(FirstAudioWithin, Timeout.InfiniteTimeSpan);
                    }
                }

                if (call is not null)
                {
                    // A peer that hangs acknowledges for minutes what nobody there reads.
                    goesOn &= host.Time.GetElapsedTime(heard) < options.SilenceTimeout;
                    silent.Change(options.SilenceTimeout, Timeout.InfiniteTimeSpan);
                }

                if (!goesOn || read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
        finally
        {
            call?.Gone();
            HangUp();
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends it from here.</summary>
    public void HangUp() => (line ??= new AudioSocketLine(socket, AudioSocketKind.Audio8, 8_000)).HangUp();

    /// <summary>Takes it not.</summary>
    public void Refuse()
    {
        HangUp();
        socket.Dispose();
    }

    /// <summary>False where the call is over.</summary>
    private async ValueTask<bool> Take(AudioSocketMessage message, CancellationToken opening)
    {
        switch (message.Kind)
        {
            case AudioSocketKind.Id when id is null:
                id = ReadId(message.Payload);
                return true;
            case AudioSocketKind.Digit:
                Press((char)message.Payload.FirstSpan[0]);
                return true;
            case var _ when message.IsAudio && message.Rate > 0 && id is not null && (call is null || message.Kind == kind):
                return (call is not null || await Open(message.Kind, message.Rate, opening).ConfigureAwait(false)) && Hear(message.Payload);
            default:
                // Hung up, failed, audio before the id or of another kind than before: there is nothing to go on with.
                return false;
        }
    }

    private async Task<bool> Open(AudioSocketKind audio, int rate, CancellationToken opening)
    {
        if (options.RouteFor(id!.Value) is not { } route)
        {
            return false;
        }

        kind = audio;
        // The protocol tells an id and no more; the channel whose dialplan gave it that id tells the rest.
        var channel = await ari.FindByDataAsync(id.Value.ToString()).ConfigureAwait(false);
        line = new AudioSocketLine(socket, kind, rate, channel is null ? null : AsteriskPlan.For(ari, channel.Name));
        var caller = new CarrierCaller
        {
            Carrier = "audiosocket",
            CallId = id.Value.ToString(),
            Rate = rate,
            Route = route,
            Caller = channel is null ? null : new CallerInfo { Number = channel.CallerNumber, Name = channel.CallerName, Called = channel.Extension, Attributes = channel.Variables },
        };
        (call, _) = await CarrierCall.OpenAsync(host, caller, line, opening).ConfigureAwait(false);
        foreach (var key in pressed)
        {
            call?.Digit(key);
        }

        return call is not null;
    }

    /// <summary>Who knows the menu presses keys before anything is said.</summary>
    private void Press(char key)
    {
        if (call is not null)
        {
            call.Digit(key);
        }
        else if (pressed.Count < MostKeys)
        {
            pressed.Add(key);
        }
    }

    private bool Hear(ReadOnlySequence<byte> pcm)
    {
        pcm.CopyTo(MemoryMarshal.AsBytes(samples.AsSpan()));
        return call!.Audio(samples.AsSpan(0, (int)pcm.Length / 2));
    }

    private static Guid ReadId(ReadOnlySequence<byte> payload)
    {
        Span<byte> bytes = stackalloc byte[16];
        payload.CopyTo(bytes);
        return new Guid(bytes, bigEndian: true);
    }
}
