using System.Runtime.CompilerServices;
using Conversation.Core;
using Conversation.Dialog;
using Conversation.Inference.Ports;
using Conversation.Speech;

namespace Conversation.Conformance.Engines;

/// <summary>Loud is speech. Scores at once, on the caller's thread, unless held.</summary>
public sealed class ScriptedVoiceActivity : IVoiceActivity
{
    private readonly Lock gate = new();
    private readonly Queue<Action> waiting = new();
    private bool held;

    public void Hold()
    {
        lock (gate)
        {
            held = true;
        }
    }

    public void Release()
    {
        lock (gate)
        {
            held = false;
            while (waiting.TryDequeue(out var score))
            {
                score();
            }
        }
    }

    public IVoiceActivityStream Open(ISpeechScoreSink sink) => new Stream(this, sink);

    private void Score(Stream stream, long endPosition, float probability)
    {
        lock (gate)
        {
            if (held)
            {
                waiting.Enqueue(() => stream.Tell(endPosition, probability));
                return;
            }
        }

        stream.Tell(endPosition, probability);
    }

    private sealed class Stream(ScriptedVoiceActivity owner, ISpeechScoreSink sink) : IVoiceActivityStream
    {
        private volatile bool disposed;

        public bool TrySubmit(ReadOnlySpan<float> window, long endPosition)
        {
            owner.Score(this, endPosition, SpokenWords.IsSpeech(window) ? 0.97f : 0.02f);
            return true;
        }

        public void Tell(long endPosition, float probability)
        {
            if (!disposed)
            {
                sink.OnScore(endPosition, probability);
            }
        }

        public void Dispose() => disposed = true;
    }
}

/// <summary>Reads the words out of the audio.</summary>
public sealed class ScriptedRecognizer(FakeEngines engines) : IRecognizer
{
    public async Task<Recognition> RecognizeAsync(ReadOnlyMemory<float> samples, RecognitionRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var script = engines[request.Session];
        script.Recognitions.Enqueue((request.Tier, samples.ToArray()));
        await script.Recognition.PassAsync(cancellation).ConfigureAwait(false);
        if (!engines.AtOnce)
        {
            await Task.Yield();
        }

        if (request.Tier == RecognitionTier.Accurate && script.FirstWords is { } first)
        {
            request.Provisional?.Invoke(new Recognition(first, 0.95f, TimeSpan.Zero, TimeSpan.Zero, "scripted"));
            await script.BetterWords.PassAsync(cancellation).ConfigureAwait(false);
        }

        cancellation.ThrowIfCancellationRequested();
        return script.RecognitionFails
            ? throw new InvalidOperationException("The recogniser was told to fail.")
            : new Recognition(SpokenWords.Hear(samples.Span), 0.95f, TimeSpan.Zero, TimeSpan.Zero, "scripted");
    }
}

/// <summary>A tenth of a second for each word, and samples that tell whose and where they are.</summary>
public sealed class ScriptedSpeaker(FakeEngines engines) : ISpeaker
{
    /// <summary>Words a second.</summary>
    public const int WordRate = 10;

    public IReadOnlyDictionary<string, IReadOnlyList<Voice>> Voices => FakeEngines.Voices;

    /// <summary>The sample at <paramref name="position"/> of any reply of <paramref name="session"/>.</summary>
    public static short Sample(string session, long position)
    {
        ArgumentNullException.ThrowIfNull(session);
        var own = 0;
        foreach (var letter in session)
        {
            own = ((own * 31) + letter) % 20_011;
        }

        return (short)(1 + (((position * 7) + own) % 30_011));
    }

    public async IAsyncEnumerable<SpokenClause> SpeakAsync(string session, IAsyncEnumerable<string> text, SpeakingStyle style, int sampleRate, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        var script = engines[session];
        script.Styles.Enqueue(style);
        var (pending, position, clauses) = ("", 0L, 0);
        await foreach (var delta in text.WithCancellation(cancellation).ConfigureAwait(false))
        {
            pending += delta;
            while (ClauseEnd(pending) is > 0 and var end)
            {
                yield return await MakeAsync(pending[..end]).ConfigureAwait(false);
                pending = pending[end..];
            }
        }

        if (pending.Length > 0)
        {
            yield return await MakeAsync(pending).ConfigureAwait(false);
        }

        async Task<SpokenClause> MakeAsync(string clause)
        {
            if (clauses++ >= script.SpeakerHoldsFrom)
            {
                await script.Speaking.PassAsync(cancellation).ConfigureAwait(false);
            }

            var words = clause.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var each = sampleRate / WordRate;
            var pcm = new short[words.Length * each];
            for (var i = 0; i < pcm.Length; i++)
            {
                pcm[i] = Sample(session, position + i);
            }

            position += pcm.Length;
            return new SpokenClause(clause, pcm, sampleRate, [.. words.Select((word, i) => new ClauseWord(word, i * each, (i + 1) * each))]);
        }
    }

    /// <summary>After a mark and the space that follows it; 0 where there is none yet.</summary>
    private static int ClauseEnd(string text)
    {
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] is '.' or ',' or '!' or '?' && text[i + 1] == ' ')
            {
                return i + 2;
            }
        }

        return 0;
    }
}

/// <summary>
/// Says back what it hears; a story where it is asked for one. "flow": counts its turns in its state. "slow": waits between its sentences. "failing": throws.
/// "hangup": says goodbye and asks to end the call.
/// </summary>
public sealed class ScriptedResponder(string name, FakeEngines engines) : IResponder
{
    /// <summary>Forty words, four seconds, ten clauses.</summary>
    public const string Story =
        "Once upon a time, there was a fox, who lived in woods, and he was hungry, so he went out, and met a crow, who held some cheese, and would not share, so the fox sang, and the cheese fell.";

    public string Name => name;

    public async IAsyncEnumerable<ReplyPart> RespondAsync(DialogTurn turn, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var script = engines[turn.Session];
        script.Turns.Enqueue(turn);
        if (turn.Kind == ReplyKind.Greeting)
        {
            yield return new ReplyPart.Text("Hello, I am listening.");
            yield break;
        }

        switch (name)
        {
            case "failing":
                throw new InvalidOperationException("The responder was told to fail.");
            case "slow":
                yield return new ReplyPart.Text("Let me see, ");
                await script.Answering.PassAsync(cancellation).ConfigureAwait(false);
                yield return new ReplyPart.Text("that was slow.");
                break;
            case "flow":
                var count = int.Parse(turn.State ?? "0", System.Globalization.CultureInfo.InvariantCulture) + 1;
                yield return new ReplyPart.Text($"That is number {count}.");
                yield return new ReplyPart.State(count.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case "keys":
                yield return new ReplyPart.Text($"You are {turn.Caller?.Number}.");
                yield return new ReplyPart.State("asked");
                yield return new ReplyPart.Keys(4, "#*", TimeSpan.FromSeconds(2.5));
                break;
            case "hangup":
                yield return new ReplyPart.Text("Goodbye then.");
                yield return new ReplyPart.HangUp("done", new Dictionary<string, string> { ["day"] = "Monday" });
                break;
            default:
                await script.Answering.PassAsync(cancellation).ConfigureAwait(false);
                yield return new ReplyPart.Text(turn.UserText.Contains("story", StringComparison.Ordinal) ? Story : $"You said {turn.UserText}.");
                break;
        }
    }
}
