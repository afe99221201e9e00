using Conversation.Core;
using Conversation.Core.Endpointing;

namespace Conversation.Evals;

/// <summary>A reply that was committed: when, on which words, after what pause by Core's own measure, when it sounded if it did, and whether it had been prepared.</summary>
internal sealed record EndpointingCommit(TimeSpan At, string Words, TimeSpan? SoundedAt, Speculation Speculation);

/// <summary>One call in virtual time: the real Core fed with real scores and words, answered by a reply that is always ready after a fixed time.</summary>
internal sealed class EndpointingCall(EndpointingEars ears, CoreOptions options, IPhraseCompleteness? completeness)
{
    /// <summary>What recognition, synthesis and the way to the listener take.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(120), Accurate = TimeSpan.FromMilliseconds(200), Synthesis = TimeSpan.FromMilliseconds(80), Sending = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(32);

    private readonly PriorityQueue<SessionInput, TimeSpan> _coming = new();
    private readonly Dictionary<int, TimeSpan> _ready = [];
    private readonly Dictionary<int, string> _words = [];
    private readonly List<(int Generation, EndpointingCommit Commit)> _commits = [];
    private readonly Overheard _completeness = new(completeness ?? PhraseCompleteness.Instance);
    private SessionCore? _core;
    private float[] _samples = [];

    /// <summary>The words last judged.</summary>
    public string Judged => _completeness.Last;

    /// <summary>What was made of them.</summary>
    public EndOfTurn Estimate => _core?.Judged ?? default;

    /// <summary>Plays the audio until <paramref name="until"/>; gives the replies that were committed, in order.</summary>
    public async Task<IReadOnlyList<EndpointingCommit>> RunAsync(float[] samples, TimeSpan until)
    {
        _samples = samples;
        _core = new(options with { Greet = false }, _completeness);
        await FeedAsync(SessionInput.Opened(), TimeSpan.Zero);
        var facts = await ears.ScoreAsync(samples);
        for (var i = 0; i < facts.Length && i * Window < until; i++)
        {
            var now = (i + 1) * Window;
            while (_coming.TryPeek(out var input, out var due) && due <= now)
            {
                _coming.Dequeue();
                await FeedAsync(input, due);
            }

            await FeedAsync(SessionInput.SpeechScored(new SampleCount((i + 1) * 512L), facts[i].Score, facts[i].Level, facts[i].Pitch), now);
        }

        return [.. _commits.Select(static c => c.Commit)];
    }

    private async Task FeedAsync(SessionInput input, TimeSpan now)
    {
        _core!.Handle(input, now);
        while (_core.TryTake(out var output))
        {
            await PerformAsync(output, now);
        }
    }

    private async Task PerformAsync(SessionOutput output, TimeSpan now)
    {
        switch (output)
        {
            case SessionOutput.Recognize ask:
                var (text, confidence) = await ears.HearAsync(_samples.AsMemory((int)ask.Start.Value, (int)(ask.End - ask.Start).Value), ask.Final);
                _coming.Enqueue(SessionInput.Recognized(ask.Request, text, confidence), now + (ask.Final ? Accurate : Quick));
                break;
            case SessionOutput.PrepareReply prepare:
                _ready[prepare.Generation] = now + Synthesis;
                _coming.Enqueue(SessionInput.ReplyAudio(prepare.Generation, new SampleCount(options.OutputRate * 3L), []), now + Synthesis);
                _coming.Enqueue(SessionInput.ReplyEnded(prepare.Generation, new SampleCount(options.OutputRate * 3L)), now + Synthesis);
                _words[prepare.Generation] = prepare.UserText;
                break;
            case SessionOutput.CommitReply commit:
                var sounds = (_ready[commit.Generation] > now ? _ready[commit.Generation] : now) + Sending;
                _commits.Add((commit.Generation, new(now, _words[commit.Generation], sounds, Speculation.None)));
                for (var ms = 100; ms <= 3_000; ms += 100)
                {
                    _coming.Enqueue(SessionInput.Played(commit.Generation, new SampleCount(options.OutputRate * ms / 1000)), sounds + TimeSpan.FromMilliseconds(ms));
                }

                break;
            case SessionOutput.TurnMeasured turn:
                Change(turn.Generation, c => c with { Speculation = turn.Speculation });
                break;
            case SessionOutput.CancelReply cancel:
                Change(cancel.Generation, c => c with { SoundedAt = c.SoundedAt <= now ? c.SoundedAt : null });
                break;
            case SessionOutput.PausePlayout pause:
                Change(pause.Generation, c => c with { SoundedAt = c.SoundedAt <= now ? c.SoundedAt : null });
                break;
        }
    }


    private void Change(int generation, Func<EndpointingCommit, EndpointingCommit> change)
    {
        var at = _commits.FindIndex(c => c.Generation == generation);
        if (at >= 0)
        {
            _commits[at] = (generation, change(_commits[at].Commit));
        }
    }

    private sealed class Overheard(IPhraseCompleteness judge) : IPhraseCompleteness
    {
        public string Last { get; private set; } = "";

        public float Score(string words, ExpectedAnswer expected)
        {
            Last = words;
            return judge.Score(words, expected);
        }
    }
}
