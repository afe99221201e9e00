using System.Runtime.InteropServices;

namespace Conversation.ClusterBench.Load;

/// <summary>When a window of a session passed a place: due there, and there. In ticks of the machine's monotonic clock, which its processes share.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Stamp(ulong Session, long Window, long Due, long At)
{
    /// <summary>A session's id as a number that every process gives it.</summary>
    public static ulong Number(string id)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var letter in id)
        {
            hash = (hash ^ letter) * 1_099_511_628_211UL;
        }

        return hash;
    }
}

/// <summary>Notes things from any thread into memory that was there before; nothing while no measurement runs.</summary>
internal sealed class StampLog
{
    private Stamp[]? stamps;
    private int count;

    public void Begin(int capacity)
    {
        Volatile.Write(ref count, 0);
        Volatile.Write(ref stamps, new Stamp[capacity]);
    }

    public void Add(ulong session, long window, long due, long at)
    {
        if (Volatile.Read(ref stamps) is { } into && Interlocked.Increment(ref count) is var next && next <= into.Length)
        {
            into[next - 1] = new Stamp(session, window, due, at);
        }
    }

    /// <summary>What was noted, as text for another process.</summary>
    public string End()
    {
        var noted = Interlocked.Exchange(ref stamps, null);
        return noted is null ? "" : Convert.ToBase64String(MemoryMarshal.AsBytes(noted.AsSpan(0, Math.Min(count, noted.Length))));
    }

    public static Stamp[] Read(string text) => MemoryMarshal.Cast<byte, Stamp>(Convert.FromBase64String(text)).ToArray();
}
