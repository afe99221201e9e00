using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Diagnostics;

namespace Conversation.Gateway.Tests.Telephony;

/// <summary>Asterisk's side, from docs/specs/audiosocket.md alone.</summary>
internal sealed class AudioSocketPeer : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };

    public static AudioSocketPeer Connect(IPEndPoint server)
    {
        var peer = new AudioSocketPeer();
        peer.socket.Connect(server);
        return peer;
    }

    public void Id(Guid id) => Send(0x01, id.ToByteArray(bigEndian: true));

    public void Audio(short[] pcm, byte kind = 0x10)
    {
        var bytes = new byte[pcm.Length * 2];
        for (var n = 0; n < pcm.Length; n++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(n * 2), pcm[n]);
        }

        Send(kind, bytes);
    }

    public void Digit(char digit) => Send(0x03, [(byte)digit]);

    public void Send(byte kind, byte[] payload) => Raw([kind, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload]);

    public void Raw(byte[] bytes) => socket.Send(bytes);

    /// <summary>The next message; null at the end.</summary>
    public (byte Kind, short[] Pcm, TimeSpan At)? Receive()
    {
        var header = new byte[3];
        if (!Fill(header))
        {
            return null;
        }

        var payload = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(1))];
        Assert.True(Fill(payload), "the server ended within a message");
        var pcm = new short[payload.Length / 2];
        for (var n = 0; n < pcm.Length; n++)
        {
            pcm[n] = BinaryPrimitives.ReadInt16LittleEndian(payload.AsSpan(n * 2));
        }

        return (header[0], pcm, Stopwatch.GetElapsedTime(0));
    }

    /// <summary>Reads to the end; whether a hang-up came before it.</summary>
    public bool HungUp()
    {
        var told = false;
        while (Receive() is { } message)
        {
            told |= message.Kind == 0x00;
        }

        return told;
    }

    public void Dispose() => socket.Dispose();

    private bool Fill(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            int got;
            try
            {
                got = socket.Receive(bytes.AsSpan(at));
            }
            catch (SocketException gone) when (gone.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                return false;
            }

            if (got == 0)
            {
                return false;
            }

            at += got;
        }

        return true;
    }
}
