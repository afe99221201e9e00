using System.Collections.Concurrent;
using Conversation.Inference.Ports;

namespace Conversation.TestKit;

/// <summary>Puts a whole recording through voice activity.</summary>
public static class VoiceScores
{
    public static async Task<float[]> OfAsync(IVoiceActivity voice, ReadOnlyMemory<float> samples)
    {
        var sink = new Sink(samples.Length / IVoiceActivity.WindowSamples);
        using var stream = voice.Open(sink);
        for (var window = 0; window < sink.Expected; window++)
        {
            var end = (window + 1) * IVoiceActivity.WindowSamples;
            if (!stream.TrySubmit(samples.Span[(end - IVoiceActivity.WindowSamples)..end], end))
            {
                await sink.ArrivedAsync(window);
                stream.TrySubmit(samples.Span[(end - IVoiceActivity.WindowSamples)..end], end);
            }
        }

        await sink.ArrivedAsync(sink.Expected);
        return [.. sink.Scores];
    }

    private sealed class Sink(int expected) : ISpeechScoreSink
    {
        private readonly SemaphoreSlim _arrived = new(0);
        private int _awaited;

        public int Expected => expected;

        public ConcurrentQueue<float> Scores { get; } = new();

        public void OnScore(long endPosition, float probability)
        {
            Scores.Enqueue(probability);
            _arrived.Release();
        }

        public async Task ArrivedAsync(int count)
        {
            for (; _awaited < count; _awaited++)
            {
                if (!await _arrived.WaitAsync(TimeSpan.FromSeconds(30)))
                {
                    throw new TimeoutException($"{_awaited} of {count} scores came.");
                }
            }
        }
    }
}
