using Conversation.Core;
using Conversation.Gateway.Telephony.Answering;

namespace Conversation.Evals.Answering;

/// <summary>One answered call in virtual time: the real voice activity, recognition, Core and judgement; recognition takes fixed times.</summary>
internal sealed class AnsweringCall(EndpointingEars ears)
{
    private const int Rate = 8_000, CoreRate = 16_000;
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(120), Accurate = TimeSpan.FromMilliseconds(200);
    private readonly PriorityQueue<SessionInput, TimeSpan> coming = new();
    private readonly AnswerJudge judge = new(new AnswerOptions());
    private readonly SortedDictionary<int, string> turns = [];
    private readonly SessionCore core = new(new CoreOptions { Greet = false, Turns = new() { Answer = false } });
    private float[] samples = [];

    /// <summary>All that was understood.</summary>
    public string Words => string.Join(' ', turns.Values);

    /// <summary>The verdict on telephone audio, and the same audio at the rate of recognition.</summary>
    public async Task<AnswerVerdict?> RunAsync(short[] line, float[] wide)
    {
        samples = wide;
        var facts = await ears.ScoreAsync(wide);
        var ear = new AnswerEar(Rate);
        await FeedAsync(SessionInput.Opened(), TimeSpan.Zero);
        var window = 0;
        for (var frame = 0; (frame + 1) * Rate / 50 <= line.Length; frame++)
        {
            var now = TimeSpan.FromMilliseconds((frame + 1) * 20);
            for (; window < facts.Length && (window + 1) * 512L * 1_000 / CoreRate <= now.TotalMilliseconds; window++)
            {
                var at = TimeSpan.FromSeconds((window + 1) * 512.0 / CoreRate);
                await DeliverAsync(at);
                await FeedAsync(SessionInput.SpeechScored(new SampleCount((window + 1) * 512L), facts[window].Score, facts[window].Level, facts[window].Pitch), at);
            }

            await DeliverAsync(now);
            ReadOnlySpan<short> pcm = line.AsSpan(frame * Rate / 50, Rate / 50);
            ear.TryTake(ref pcm);
            if (judge.Take(ear.IsLoud, ear.IsBeep) is { } verdict)
            {
                return verdict;
            }
        }

        return null;
    }

    private async Task DeliverAsync(TimeSpan until)
    {
        while (coming.TryPeek(out var input, out var due) && due <= until)
        {
            coming.Dequeue();
            await FeedAsync(input, due);
        }
    }

    private async Task FeedAsync(SessionInput input, TimeSpan now)
    {
        core.Handle(input, now);
        while (core.TryTake(out var output))
        {
            switch (output)
            {
                case SessionOutput.Recognize ask:
                    var (text, confidence) = await ears.HearAsync(samples.AsMemory((int)ask.Start.Value, (int)(ask.End - ask.Start).Value), ask.Final);
                    coming.Enqueue(SessionInput.Recognized(ask.Request, text, confidence), now + (ask.Final ? Accurate : Quick));
                    break;
                case SessionOutput.SpeechStarted:
                    judge.SpeechStarted();
                    break;
                case SessionOutput.SpeechStopped:
                    judge.SpeechStopped();
                    break;
                case SessionOutput.HypothesisDelta delta:
                    turns[delta.Turn] = turns.GetValueOrDefault(delta.Turn, "") + delta.Text;
                    judge.Heard(Words);
                    break;
                case SessionOutput.HypothesisFinal final:
                    turns[final.Turn] = final.Text;
                    judge.Heard(Words);
                    break;
            }
        }
    }
}
