using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Conversation.Inference.Ports;
using Conversation.Speech.Cache;
using Conversation.Speech.Clauses;
using Conversation.Speech.Normalisation;
using Conversation.Speech.Pronunciation;
using Microsoft.Extensions.Logging;

namespace Conversation.Speech;

/// <summary>Text deltas to clauses, clauses to spoken words, words to phonemes, phonemes to sound: each clause is made while the one before plays.</summary>
public sealed class Speaker : ISpeaker
{
    private readonly SpeechOptions _options;
    private readonly TimeProvider _time;
    private readonly ClauseMaker _maker;

    /// <summary>Loads the dictionary; throws <see cref="ArgumentException"/> naming every fault of the options.</summary>
    /// <param name="options">How text becomes speech.</param>
    /// <param name="tiers">The engines by tier ("fast", "expressive"); at least one.</param>
    /// <param name="unseen">Pronounces words the dictionary lacks; null: they are spelled or built from parts.</param>
    /// <param name="time">The clock of the pause after which a finished sentence is spoken.</param>
    /// <param name="logger">Where a clause that one engine failed at is told.</param>
    public Speaker(SpeechOptions options, IReadOnlyDictionary<string, ISynthesizer> tiers, IPronouncer? unseen, TimeProvider time, ILogger<Speaker> logger)
    {
        var faults = options.Validate();
        if (faults.Count > 0 || tiers.Count == 0)
        {
            throw new ArgumentException($"Speech options: {string.Join(' ', tiers.Count == 0 ? [.. faults, "There is no synthesiser."] : faults)}");
        }

        (_options, _time) = (options, time);
        var phonemes = new PhonemeWriter(Pronunciation.Dictionary.Load(options.DictionaryPath), unseen);
        _maker = new ClauseMaker(options, tiers, new Normaliser(phonemes.Knows), phonemes, logger);
        Voices = tiers.ToDictionary(t => t.Key, t => t.Value.Voices);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IReadOnlyList<Voice>> Voices { get; }

    /// <summary>Speaks a line with every engine into nothing, so that the first caller waits for none of it.</summary>
    public async Task WarmUpAsync(int sampleRate, CancellationToken cancellation)
    {
        foreach (var tier in Voices.Keys)
        {
            await foreach (var _ in SpeakAsync("warm-up", One("Good morning, Dr. Smith! It's 10:30 on 5 May. That is $4.50, thank you."), new SpeakingStyle(tier), sampleRate, cancellation).ConfigureAwait(false))
            {
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SpokenClause> SpeakAsync(string session, IAsyncEnumerable<string> text, SpeakingStyle style, int sampleRate, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var slots = new SemaphoreSlim(_options.Ahead);
        var made = Channel.CreateUnbounded<Made>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var making = Task.Run(() => MakeAllAsync(session, text, style, sampleRate, slots, made.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var part in made.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                if (part.Ends)
                {
                    slots.Release();
                }

                yield return part.Clause;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await making.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Never throws: what goes wrong reaches the reader through the channel.</summary>
    private async Task MakeAllAsync(string session, IAsyncEnumerable<string> text, SpeakingStyle style, int sampleRate, SemaphoreSlim slots, ChannelWriter<Made> to, CancellationToken cancellation)
    {
        try
        {
            var silent = "";
            var pause = TimeSpan.Zero;
            var any = false;
            var engines = _maker.EnginesOf(style);
            var clauses = new TimedClauses(style.Tier == "fast" ? _options.FastClauses : _options.OtherClauses, _options.FinishedAfter, _time);
            await foreach (var clause in clauses.SplitAsync(text, cancellation).ConfigureAwait(false))
            {
                await slots.WaitAsync(cancellation).ConfigureAwait(false);
                any = false;
                var made = await _maker.MakeAsync(session, clause, engines, style.Speed, sampleRate, part => GiveAsync(part, ends: false), cancellation).ConfigureAwait(false);
                if (made.Clause.Pcm.Length == 0 && !any)
                {
                    // Nothing to hear in it (an emoji, a line): its text goes with what follows.
                    silent += clause;
                    slots.Release();
                    continue;
                }

                await GiveAsync(made.Clause, ends: true).ConfigureAwait(false);
                pause = made.Pause;
            }

            if (silent.Length > 0)
            {
                await to.WriteAsync(new Made(new SpokenClause(silent, [], sampleRate, []), false), cancellation).ConfigureAwait(false);
            }

            to.TryComplete();

            // What leads a clause leads the first piece of it.
            async ValueTask GiveAsync(SpokenClause part, bool ends)
            {
                await to.WriteAsync(new Made(SpokenClauses.After(part with { Text = silent + part.Text }, pause), ends), cancellation).ConfigureAwait(false);
                (silent, pause, any) = ("", TimeSpan.Zero, true);
            }
        }
        catch (Exception error)
        {
            to.TryComplete(error);
        }
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        yield return text;
        await Task.CompletedTask.ConfigureAwait(false);
    }

    /// <summary>A clause, or a piece of one; <paramref name="Ends"/>: the last of it.</summary>
    private readonly record struct Made(SpokenClause Clause, bool Ends);
}
