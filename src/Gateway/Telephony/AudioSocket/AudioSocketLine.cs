using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Conversation.Sessions;

namespace Conversation.Gateway.Telephony.AudioSocket;

/// <summary>
/// The sending side of one AudioSocket. Asterisk reads a header and then its payload, and some versions fail where the second is not there yet: so a frame
/// goes in one write. It drops nothing it was sent, so it is sent nothing ahead.
/// </summary>
internal sealed class AudioSocketLine : ICarrierLine
{
    private readonly Socket socket;
    private readonly byte[] message;
    private readonly Func<SessionEvent.ActionRequested, Task>? tell;
    private readonly Lock gate = new();
    private int rest;
    private bool ended;

    /// <summary>A line on a connected socket, whose sending this makes non-blocking.</summary>
    public AudioSocketLine(Socket socket, AudioSocketKind kind, int rate, Func<SessionEvent.ActionRequested, Task>? tell = null)
    {
        this.tell = tell;
        this.socket = socket;
        socket.Blocking = false;
        var bytes = rate / 50 * 2;
        message = new byte[AudioSocketParser.HeaderLength + bytes];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(1), (ushort)bytes);
    }

    public int Ahead => 1;

    public bool NeedsSilence => true;

    public bool TrySend(ReadOnlySpan<short> frame)
    {
        lock (gate)
        {
            // A carrier that took half a frame gets the other half before anything else.
            if (ended || (rest > 0 && !TryWrite(message.AsSpan(message.Length - rest))) || rest > 0)
            {
                return false;
            }

            // Samples are little-endian, as they are in memory wherever .NET runs.
            MemoryMarshal.AsBytes(frame).CopyTo(message.AsSpan(AudioSocketParser.HeaderLength));
            return TryWrite(message);
        }
    }

    public bool TryFlush() => false;

    public bool TryMark(int generation, long position) => false;

    public bool TryAct(SessionEvent.ActionRequested action) => Ari.AsteriskPlan.TryTell(tell, action, HangUp);

    public void HangUp()
    {
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            ended = true;
            if (rest == 0)
            {
                socket.Send([(byte)AudioSocketKind.HangUp, 0, 0], SocketFlags.None, out _);
            }
        }

        try
        {
            // The reading side sees the end and cleans up.
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
        }
    }

    /// <summary>True where all of it went, or part of it: the rest is kept.</summary>
    private bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        var sent = 0;
        try
        {
            sent = socket.Send(bytes, SocketFlags.None, out _);
        }
        catch (ObjectDisposedException)
        {
            ended = true;
        }

        if (sent <= 0)
        {
            return false;
        }

        rest = bytes.Length - sent;
        return true;
    }
}
