using Conversation.Core.Endpointing;
using Conversation.Core.Interruption;
using Conversation.Core.Recognition;
using Conversation.Core.Replies;
using Conversation.Core.VoiceActivity;

namespace Conversation.Core;

/// <summary>
/// A conversation: hears speech begin and end, asks for its words, decides when the turn is over, prepares and commits replies, pauses and judges when it is spoken
/// over, and lets nothing stay silent for ever. Pure: the same inputs at the same times give the same outputs.
/// </summary>
public sealed partial class SessionCore : IConfigurableCore
{
    private readonly Queue<SessionOutput> _outputs = new(32);
    private readonly IPhraseCompleteness _completeness;
    private readonly VoiceActivityTracker _voice = new();
    private readonly Prosody _prosody = new();
    private CoreOptions _options;
    private CoreOptions? _nextOptions;
    private BackchannelLexicon _lexicon;

    // The utterance being heard; the one being answered, kept while the caller may still go on with it.
    private Utterance? _utterance;
    private Utterance? _answered;
    private PendingRecognition? _pending;

    // At most one reply is prepared on a guess, and at most one is committed; the judgement is about the committed one and exists while the utterance is held.
    private Reply? _prepared;
    private Reply? _active;
    private Judgement? _judgement;
    private ExpectedAnswer _expected;

    private bool _opened;
    private bool _closed;
    private int _lastTurn;
    private int _lastGeneration;
    private int _lastRequest;

    /// <summary>A session with these options; throws <see cref="ArgumentException"/> listing every fault in them. <paramref name="completeness"/> judges phrases; <see cref="PhraseCompleteness"/> does where none is given.</summary>
    public SessionCore(CoreOptions options, IPhraseCompleteness? completeness = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Valid();
        _completeness = completeness ?? PhraseCompleteness.Instance;
        _lexicon = new(options.Interruption);
    }

    /// <inheritdoc/>
    public void Configure(CoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _nextOptions = options.Valid();
        if (_utterance is null && _active is null)
        {
            TakeOptions();
        }
        else if (_options.Turns with { Interrupt = options.Turns.Interrupt } == options.Turns)
        {
            // Counts where speech begins, and it is the reply under way that is meant.
            _options = _options with { Turns = options.Turns };
        }
    }

    /// <inheritdoc/>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SessionOutput? output) => _outputs.TryDequeue(out output);

    /// <inheritdoc/>
    public void Handle(in SessionInput input, TimeSpan now)
    {
        SetClock(now);
        if (_closed || (!_opened && input.Kind is not (InputKind.Opened or InputKind.CloseRequested)))
        {
            return;
        }

        Take(input);
        Advance();
    }

    private void Take(in SessionInput input)
    {
        switch (input.Kind)
        {
            case InputKind.SpeechScored:
                TakeWindow(input);
                break;
            case InputKind.Played:
                TakePlayed(input.Id, input.Position);
                break;
            case InputKind.Recognized:
                TakeRecognized(input.Id, input.Text, input.Score);
                break;
            case InputKind.RecognizedProvisionally:
                TakeProvisional(input.Id, input.Text, input.Score);
                break;
            case InputKind.RecognitionFailed:
                TakeRecognitionFailed(input.Id, input.Text);
                break;
            case InputKind.Typed:
                TakeTyped(input.Text.Trim());
                break;
            case InputKind.TurnEnded:
                TakeTurnEnded(input.Position, keep: input.Id != 0);
                break;
            case InputKind.ReplyWanted:
                TakeReplyWanted(input.Text.Trim());
                break;
            case InputKind.Stopped:
                TakeStopped();
                break;
            case InputKind.Opened:
                TakeOpened(restored: input.Id != 0, input.Position);
                break;
            case InputKind.ClientLost:
                TakeClientLost();
                break;
            case InputKind.ClientResumed:
                TakeClientResumed(input.Id, input.Position);
                break;
            case InputKind.CloseRequested:
                Close(input.Text);
                break;
            case InputKind.Tick:
                break;
            default:
                TakeReply(input);
                break;
        }
    }

    private void Tell(SessionOutput output) => _outputs.Enqueue(output);

    private void TakeOptions()
    {
        if (_nextOptions is { } next)
        {
            _options = next;
            _lexicon = new(next.Interruption);
            _nextOptions = null;
        }
    }
}
