using System.Collections.Concurrent;
using Conversation.Audio;

namespace Conversation.Speech.Streaming;

/// <summary>What is known of a streaming voice from the clauses it spoke: needed before the whole of a clause is there. Thread-safe.</summary>
internal sealed class VoiceTraits
{
    /// <summary>Seconds for each unit of phoneme weight, of a voice not heard yet.</summary>
    private const float UsualPace = 0.075f;

    private const float Newest = 0.3f;

    private readonly Lock gate = new();
    private float pace = UsualPace;
    private float? levelDb;

    /// <summary>Seconds for each unit of phoneme weight, and the level in dBFS, null where it was never heard.</summary>
    public (float Pace, float? LevelDb) Known
    {
        get
        {
            lock (gate)
            {
                return (pace, levelDb);
            }
        }
    }

    public void Learn(float clausePace, float clauseLevelDb)
    {
        if (clausePace is not (> 0.02f and < 0.4f) || clauseLevelDb <= Levels.FloorDb + 20)
        {
            return;
        }

        lock (gate)
        {
            pace = levelDb is null ? clausePace : pace + (Newest * (clausePace - pace));
            levelDb = levelDb is { } known ? known + (Newest * (clauseLevelDb - known)) : clauseLevelDb;
        }
    }
}

/// <summary>The traits of every streaming voice.</summary>
internal sealed class KnownVoices
{
    private readonly ConcurrentDictionary<(string Engine, string Voice), VoiceTraits> voices = new();

    public VoiceTraits Of(string engine, string voice) => voices.GetOrAdd((engine, voice), _ => new VoiceTraits());
}
