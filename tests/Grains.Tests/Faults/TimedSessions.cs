using System.Collections.Concurrent;
using Conversation.Conformance.Client;
using Conversation.Sessions;

namespace Conversation.Grains.Tests.Faults;

/// <summary>A way in that notes when its clients were sent which frame.</summary>
internal sealed class TimedSessions(ISessions inner, Waits waits) : ISessions
{
    public SessionCatalog Catalog => inner.Catalog;

    public Task<OpenResult> OpenAsync(OpenSession request, ISessionClient client, CancellationToken cancellation) => inner.OpenAsync(request, new Timed(client, waits), cancellation);

    private sealed class Timed(ISessionClient inner, Waits waits) : ISessionClient
    {
        private readonly Lock gate = new();
        private int generation;
        private long last;

        public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm)
        {
            lock (gate)
            {
                var now = TimeProvider.System.GetTimestamp();
                if (this.generation == generation)
                {
                    waits.Note(TimeProvider.System.GetElapsedTime(last, now));
                }

                (this.generation, last) = (generation, now);
            }

            return inner.TrySendAudio(generation, position, pcm);
        }

        public void Send(SessionEvent message) => inner.Send(message);
    }
}

/// <summary>Times between a frame and the next of the same reply; a client is sent 200 ms ahead, so that much of a wait is not heard.</summary>
internal sealed class Waits
{
    private readonly ConcurrentQueue<double> all = new();

    public double LongestMs => all.DefaultIfEmpty().Max();

    public void Note(TimeSpan wait) => all.Enqueue(wait.TotalMilliseconds);

    public override string ToString() => $"{all.Count} frames, the longest between two of a reply {LongestMs:0} ms, p99.9 {all.Order().ElementAtOrDefault((int)(all.Count * 0.999)):0} ms";
}

/// <summary>What holds for every client whatever was done to its session.</summary>
internal static class Sound
{
    public static void IsWhole(Caller caller)
    {
        Assert.True(caller.Client.Violations.Count == 0, caller.Client.ToString());
        foreach (var frame in caller.Client.Log.Where(sent => sent.IsFrame))
        {
            for (var i = 0; i < frame.Pcm.Length; i++)
            {
                if (Conversation.Conformance.Engines.ScriptedSpeaker.Sample(caller.Id, frame.Position + i) != frame.Pcm[i])
                {
                    Assert.Fail($"Sample {frame.Position + i} of reply {frame.Generation} is another's.");
                }
            }
        }
    }
}

/// <summary>One after the other and by themselves: what is measured here is not to be what other tests do to the machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection
{
    public const string Name = "Faults";
}
