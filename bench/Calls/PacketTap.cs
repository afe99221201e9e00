using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Conversation.Audio;

namespace Conversation.Bench.Calls;

/// <summary>A packet of speech: when the kernel took it, in ms, how loud it is, and its number (RTP) or how many frames it holds (AudioSocket).</summary>
internal readonly record struct Packet(double At, bool Loud, int Number);

/// <summary>One direction of one call: who sends to whom.</summary>
internal readonly record struct Stream(int From, int To, bool IsRtp);

/// <summary>
/// Looks at the loopback's packets as they pass, with the kernel's time stamps, so that nothing of a measurement depends on when this program gets to
/// run: RTP between a telephone and Asterisk, and AudioSocket's frames from the gateway. Linux, as root.
/// </summary>
internal sealed class PacketTap : IDisposable
{
    /// <summary>Asterisk's RTP ports in <c>AsteriskServer</c>.</summary>
    private const int FirstRtp = 20_000, LastRtp = 24_999;
    private const int Loud = 200;
    private const int PacketFamily = 17, Datagram = 2, Ip = 0x0008, SocketLevel = 1, ReceiveTimeout = 20, ReceiveBuffer = 33, GetTimestamp = 0x8907;
    private readonly int socket;
    private readonly int gateway;
    private readonly Thread thread;
    private readonly Dictionary<Stream, List<Packet>> streams = [];
    private readonly short[] pcm = new short[2_048];
    private volatile bool stopping;

    /// <summary>Begins; <paramref name="gateway"/> is the gateway's AudioSocket port.</summary>
    public PacketTap(int gateway)
    {
        this.gateway = gateway;
        socket = OpenSocket(PacketFamily, Datagram, Ip);
        if (socket < 0)
        {
            throw new InvalidOperationException("cannot look at packets: run it as root");
        }

        SetOption(socket, SocketLevel, ReceiveBuffer, BitConverter.GetBytes(32 << 20), 4);
        SetOption(socket, SocketLevel, ReceiveTimeout, [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes(100_000L)], 16);
        Control(socket, GetTimestamp, new long[2]);
        thread = new Thread(Run) { IsBackground = true, Name = "packet tap" };
        thread.Start();
    }

    /// <summary>What passed so far.</summary>
    public Dictionary<Stream, Packet[]> Take()
    {
        lock (streams)
        {
            return streams.ToDictionary(stream => stream.Key, stream => stream.Value.ToArray());
        }
    }

    /// <summary>The newest stream to Asterisk and the one back.</summary>
    public (Packet[] Said, Packet[] Heard) Call(double after)
    {
        lock (streams)
        {
            var said = streams.Where(stream => stream.Key.IsRtp && IsAsterisk(stream.Key.To) && stream.Value[0].At >= after).MaxBy(stream => stream.Value[0].At);
            var heard = said.Value is null ? null : streams.GetValueOrDefault(new Stream(said.Key.To, said.Key.From, IsRtp: true));
            return (said.Value?.ToArray() ?? [], heard?.ToArray() ?? []);
        }
    }

    /// <summary>The present time by the packets' clock, in ms.</summary>
    public static double Now => (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;

    public static bool IsAsterisk(int port) => port is >= FirstRtp and <= LastRtp;

    public void Clear()
    {
        lock (streams)
        {
            streams.Clear();
        }
    }

    public void Dispose()
    {
        stopping = true;
        thread.Join();
        Close(socket);
    }

    private void Run()
    {
        var packet = new byte[65_536];
        var time = new long[2];
        while (!stopping)
        {
            var length = (int)Receive(socket, packet, packet.Length, 0);
            if (length >= 28 && packet[0] >> 4 == 4 && Control(socket, GetTimestamp, time) == 0)
            {
                Look(packet.AsSpan(0, length), (time[0] * 1_000.0) + (time[1] / 1_000_000.0));
            }
        }
    }

    private void Look(Span<byte> packet, double at)
    {
        var length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        var body = packet[((packet[0] & 15) * 4)..Math.Min(packet.Length, length == 0 ? packet.Length : length)];
        var (from, to) = (BinaryPrimitives.ReadUInt16BigEndian(body), BinaryPrimitives.ReadUInt16BigEndian(body[2..]));
        if (packet[9] == 17 && (IsAsterisk(from) || IsAsterisk(to)) && body.Length > 20 && body[8] >> 6 == 2 && (body[9] & 127) == 0)
        {
            Add(new Stream(from, to, IsRtp: true), new Packet(at, IsLoud(body[20..]), BinaryPrimitives.ReadUInt16BigEndian(body[10..])));
        }
        else if (packet[9] == 6 && from == gateway && body.Length > 20 && body[((body[12] >> 4) * 4)..] is { Length: >= 323 } frames)
        {
            Add(new Stream(from, to, IsRtp: false), new Packet(at, Loud: false, frames.Length / 323));
        }
    }

    private bool IsLoud(ReadOnlySpan<byte> muLaw)
    {
        var samples = pcm.AsSpan(0, Math.Min(muLaw.Length, pcm.Length));
        G711.DecodeMuLaw(muLaw[..samples.Length], samples);
        double sum = 0;
        foreach (var sample in samples)
        {
            sum += (double)sample * sample;
        }

        return Math.Sqrt(sum / samples.Length) > Loud;
    }

    private void Add(Stream stream, Packet packet)
    {
        lock (streams)
        {
            if (!streams.TryGetValue(stream, out var packets))
            {
                streams[stream] = packets = [];
            }

            packets.Add(packet);
        }
    }

    [DllImport("libc", EntryPoint = "socket")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenSocket(int family, int type, int protocol);

    [DllImport("libc", EntryPoint = "recv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Receive(int socket, byte[] buffer, nint length, int flags);

    [DllImport("libc", EntryPoint = "setsockopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int socket, int level, int name, byte[] value, int length);

    [DllImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int socket, nint request, long[] time);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int socket);
}
