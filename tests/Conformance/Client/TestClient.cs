using System.Threading.Channels;
using Conversation.Conformance.Engines;
using Conversation.Sessions;
using Xunit.Sdk;

namespace Conversation.Conformance.Client;

/// <summary>One thing that a client was sent: an event, or a frame.</summary>
public readonly record struct Sent(SessionEvent? Event, int Generation, long Position, short[] Pcm)
{
    public bool IsFrame => Event is null;

    public long End => Position + Pcm.Length;

    public override string ToString() => Event?.ToString() ?? $"frame {Generation}: {Position}+{Pcm.Length}";
}

/// <summary>A client that keeps all it is sent, notes what no host may do, and hears replies at once unless told to listen by itself.</summary>
public sealed class TestClient : ISessionClient
{
    private readonly Lock gate = new();
    private readonly List<Sent> log = [];
    private readonly List<string> violations = [];
    private readonly Dictionary<int, long> expected = [];
    private readonly HashSet<int> started = [];
    private readonly HashSet<int> over = [];
    private readonly HashSet<int> completed = [];
    private readonly Channel<(int Generation, long Samples)> heard = Channel.CreateUnbounded<(int, long)>();
    private readonly TaskCompletionSource<ISession> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int cursor;
    private bool closed;

    public TestClient(bool hearsAtOnce = true, bool resumes = false)
    {
        HearsAtOnce = hearsAtOnce;
        Resumes = resumes;
        _ = AcknowledgeAsync();
    }

    /// <summary>Says that it has heard whatever it gets.</summary>
    public bool HearsAtOnce { get; }

    /// <summary>Takes over replies that were announced to another.</summary>
    public bool Resumes { get; }

    /// <summary>Takes no audio while set.</summary>
    public volatile bool Full;

    /// <summary>All so far.</summary>
    public IReadOnlyList<Sent> Log
    {
        get
        {
            lock (gate)
            {
                return [.. log];
            }
        }
    }

    /// <summary>What was sent that must not be.</summary>
    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (gate)
            {
                return [.. violations];
            }
        }
    }

    /// <summary>It may acknowledge from now on.</summary>
    public void Opened(ISession session) => opened.TrySetResult(session);

    public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm)
    {
        lock (gate)
        {
            if (Full)
            {
                return false;
            }

            if (closed || over.Contains(generation) || (!Resumes && !started.Contains(generation)))
            {
                violations.Add($"A frame of reply {generation}, which is {(closed ? "of a closed session" : over.Contains(generation) ? "cancelled" : "not announced")}, at {position}.");
            }

            if (expected.TryGetValue(generation, out var next) ? next != position : !Resumes && position != 0)
            {
                violations.Add($"Reply {generation} goes on at {position}; expected: {next}.");
            }

            expected[generation] = position + pcm.Length;
            Add(new Sent(null, generation, position, pcm.ToArray()));
        }

        Hear(generation, position + pcm.Length);
        return true;
    }

    public void Send(SessionEvent message)
    {
        lock (gate)
        {
            if (closed)
            {
                violations.Add($"{message} after the end.");
            }

            var wrong = message switch
            {
                SessionEvent.ReplyStarted e => !started.Add(e.Generation),
                SessionEvent.ReplyEnded e => over.Contains(e.Generation) || (expected.TryGetValue(e.Generation, out var next) && next != e.Samples),
                SessionEvent.PlayoutCancelled e => !over.Add(e.Generation),
                SessionEvent.TurnCompleted e => !completed.Add(e.Turn),
                _ => false,
            };
            if (wrong)
            {
                violations.Add($"{message} is told twice, too late, or wrong.");
            }

            closed |= message is SessionEvent.Closed;
            Add(new Sent(message, 0, 0, []));
        }

        if (message is SessionEvent.ReplyEnded ended)
        {
            Hear(ended.Generation, ended.Samples);
        }
    }

    /// <summary>The next event of its kind after what was waited for last.</summary>
    public async Task<T> NextAsync<T>(Func<T, bool>? match = null)
        where T : SessionEvent =>
        (T)(await NextSentAsync(sent => sent.Event is T e && (match is null || match(e)), Patience.Long, typeof(T).Name).ConfigureAwait(false))!.Value.Event!;

    /// <summary>The same where it comes soon; null where it does not.</summary>
    public async Task<T?> MaybeAsync<T>(Func<T, bool>? match = null)
        where T : SessionEvent =>
        (T?)(await NextSentAsync(sent => sent.Event is T e && (match is null || match(e)), Patience.Short, null).ConfigureAwait(false))?.Event;

    /// <summary>The first event of its kind, whenever it came or comes: for what has no fixed place among the others.</summary>
    public async Task<T> EverAsync<T>(Func<T, bool>? match = null)
        where T : SessionEvent =>
        (T)(await NextSentAsync(sent => sent.Event is T e && (match is null || match(e)), Patience.Long, typeof(T).Name, ever: true).ConfigureAwait(false))!.Value.Event!;

    /// <summary>Done when so much of a reply was sent to it.</summary>
    public Task SentToAsync(int generation, long samples) =>
        NextSentAsync(sent => sent.IsFrame && sent.Generation == generation && sent.End >= samples, Patience.Long, $"audio of {generation} up to {samples}");

    /// <summary>All events of a kind so far.</summary>
    public IReadOnlyList<T> All<T>()
        where T : SessionEvent => [.. Log.Select(sent => sent.Event).OfType<T>()];

    /// <summary>All frames of a reply so far.</summary>
    public IReadOnlyList<Sent> Frames(int generation) => [.. Log.Where(sent => sent.IsFrame && sent.Generation == generation)];

    /// <summary>All it was sent, one to a line.</summary>
    public override string ToString()
    {
        List<string> lines = [];
        foreach (var sent in Log)
        {
            lines.Add(sent.ToString());
            if (lines.Count > 2 && sent.IsFrame && lines[^2].StartsWith("frame", StringComparison.Ordinal) && lines[^3].StartsWith("frame", StringComparison.Ordinal))
            {
                lines.RemoveAt(lines.Count - 2);
            }
        }

        return string.Join('\n', lines.Concat(Violations.Select(v => "VIOLATION " + v)));
    }

    private async Task<Sent?> NextSentAsync(Func<Sent, bool> match, TimeSpan within, string? what, bool ever = false)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Task change;
            lock (gate)
            {
                for (var i = ever ? 0 : cursor; i < log.Count; i++)
                {
                    if (match(log[i]))
                    {
                        cursor = ever ? cursor : i + 1;
                        return log[i];
                    }
                }

                change = news.Task;
            }

            var left = within - TimeProvider.System.GetElapsedTime(from);
            try
            {
                await change.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, TimeProvider.System).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return what is null ? null : throw new XunitException($"{what} did not come within {within.TotalSeconds} s. What came:\n{this}");
            }
        }
    }

    private void Add(Sent sent)
    {
        log.Add(sent);
        var present = news;
        news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        present.TrySetResult();
    }

    private void Hear(int generation, long samples)
    {
        if (HearsAtOnce)
        {
            heard.Writer.TryWrite((generation, samples));
        }
    }

    private async Task AcknowledgeAsync()
    {
        var session = await opened.Task.ConfigureAwait(false);
        await foreach (var (generation, samples) in heard.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            session.Played(generation, samples);
        }
    }
}
