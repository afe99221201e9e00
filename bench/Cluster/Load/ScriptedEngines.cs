using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conversation.Dialog;
using Conversation.Inference.Ports;
using Conversation.Speech;

namespace Conversation.ClusterBench.Load;

/// <summary>Recognition that takes its time but no processor: two and a half words a second.</summary>
internal sealed class ScriptedRecognizer(TimeProvider time) : IRecognizer
{
    private static readonly TimeSpan Takes = TimeSpan.FromMilliseconds(60);
    private static readonly string[] Words = "I would like to book an appointment on Tuesday please".Split(' ');

    public async Task<Recognition> RecognizeAsync(ReadOnlyMemory<float> samples, RecognitionRequest request, CancellationToken cancellation)
    {
        await Task.Delay(Takes, time, cancellation).ConfigureAwait(false);
        var words = (int)(samples.Length * 2.5 / CallerAudio.Rate);
        return new Recognition(string.Join(' ', Words.Take(words)), 0.95f, TimeSpan.Zero, Takes, "scripted");
    }
}

/// <summary>Answers with eight words, or with a story of a minute where it is asked for one.</summary>
internal sealed class ScriptedResponder(TimeProvider time) : IResponder
{
    private static readonly TimeSpan Takes = TimeSpan.FromMilliseconds(30);
    private static readonly string[] Answer = ["I have an opening ", "on Tuesday ", "at ten."];

    public string Name => "scripted";

    public async IAsyncEnumerable<ReplyPart> RespondAsync(DialogTurn turn, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Delay(Takes, time, cancellation).ConfigureAwait(false);
        if (turn.UserText.Contains("story", StringComparison.Ordinal))
        {
            for (var i = 0; i < 25; i++)
            {
                yield return new ReplyPart.Text("And so they went on, ");
            }
        }
        else
        {
            foreach (var clause in Answer)
            {
                yield return new ReplyPart.Text(clause);
            }
        }
    }
}

/// <summary>Synthesis at a tenth of real time, in time but not in processor: a clause for each piece of text, two fifths of a second a word. A clause begins with when it was made.</summary>
internal sealed class ScriptedSpeaker(TimeProvider time) : ISpeaker
{
    public const int StampSamples = sizeof(long) / sizeof(short);

    public IReadOnlyDictionary<string, IReadOnlyList<Voice>> Voices { get; } = new Dictionary<string, IReadOnlyList<Voice>> { ["fast"] = [new("scripted", "Scripted", "en-US", "scripted")] };

    public async IAsyncEnumerable<SpokenClause> SpeakAsync(string session, IAsyncEnumerable<string> text, SpeakingStyle style, int sampleRate, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var clause in text.WithCancellation(cancellation).ConfigureAwait(false))
        {
            var words = clause.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var each = sampleRate * 2 / 5;
            var pcm = new short[words.Length * each];
            await Task.Delay(TimeSpan.FromSeconds(0.1 * pcm.Length / sampleRate), time, cancellation).ConfigureAwait(false);
            var now = Stopwatch.GetTimestamp();
            MemoryMarshal.Write(MemoryMarshal.AsBytes(pcm.AsSpan(0, StampSamples)), in now);
            yield return new SpokenClause(clause, pcm, sampleRate, [.. words.Select((word, i) => new ClauseWord(word, i * each, (i + 1) * each))]);
        }
    }

    /// <summary>When the reply that begins with this frame was made.</summary>
    public static long MadeAt(ReadOnlySpan<short> first) => MemoryMarshal.Read<long>(MemoryMarshal.AsBytes(first));
}
