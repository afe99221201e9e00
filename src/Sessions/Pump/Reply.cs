using System.Runtime.InteropServices;
using System.Threading.Channels;
using Conversation.Audio;
using Conversation.Core;
using Conversation.Dialog;
using Conversation.Sessions.Moving;
using Conversation.Speech;

namespace Conversation.Sessions.Pump;

/// <summary>What a reply needs of its session.</summary>
internal interface IReplyHost
{
    string SessionId { get; }

    int OutputRate { get; }

    TimeSpan Now { get; }

    TimeProvider Time { get; }

    void Post(in SessionInput input);

    /// <summary>A clause is made; called before its audio is queued.</summary>
    void OnClause(Reply reply, SessionEvent.ReplyText text);

    /// <summary>It is known which keys are taken as an answer.</summary>
    void OnKeys(Reply reply, ReplyPart.Keys keys);

    /// <summary>All of the notice is made, and where it ends.</summary>
    void OnNotice(Reply reply, long samples);

    void OnFault(Reply reply, Exception fault);
}

/// <summary>One reply in the making: the dialog writes text, the speaker turns it into audio, the audio waits in a queue until the reply is committed and played.</summary>
internal sealed class Reply(IReplyHost host, int generation, int turn, ReplyKind kind, string userText, long start = 0) : IDisposable
{
    /// <summary>Audio made before it is certain that the reply is wanted; the rest waits for the commit.</summary>
    private static readonly TimeSpan SpeculativeAudio = TimeSpan.FromSeconds(4);

    /// <summary>Audio made ahead of what has been sent.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(10);

    private const int PieceSamples = 1 << 15;

    private readonly CancellationTokenSource cancellation = new();
    private readonly TaskCompletionSource committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ReplyPart> effects = [];
    private readonly Lock making = new();
    private readonly System.Text.StringBuilder spoken = new();
    private long queued;
    private volatile bool hurried;

    /// <summary>A reply that another host had committed and made.</summary>
    public Reply(IReplyHost host, ReplyMove from)
        : this(host, from.Generation, from.Turn, from.Kind, from.UserText, from.Start)
    {
        (State, StateIsBinding, Cut) = (from.State, from.StateIsBinding, from.Cut);
        effects.AddRange(from.Effects.Select(effect => effect.Name == "transfer" ? (ReplyPart)new ReplyPart.Transfer(effect.Target, effect.Values) : new ReplyPart.HangUp(effect.Target, effect.Values)));
        var pcm = MemoryMarshal.Cast<byte, short>(from.Pcm);
        for (var at = 0; at < pcm.Length; at += PieceSamples)
        {
            Queue.TryAppend(pcm.Slice(at, Math.Min(PieceSamples, pcm.Length - at)));
        }

        Queue.Complete();
        queued = from.Start + pcm.Length;
        Announced = true;
        Ended = true;
        Commit();
    }

    public int Generation { get; } = generation;

    public int Turn { get; } = turn;

    public ReplyKind Kind { get; } = kind;

    public string UserText { get; } = userText;

    /// <summary>The client asked for it.</summary>
    public bool Asked { get; init; }

    /// <summary>What is said before what the dialog writes; empty for nothing.</summary>
    public string Notice { get; init; } = "";

    /// <summary>Whose words it says.</summary>
    public string Responder { get; init; } = "";

    /// <summary>Where the notice ends, once it is made. Set under the pump's lock.</summary>
    public long? NoticeEnd { get; set; }

    public PlayoutQueue Queue { get; } = new(generation, start: start);

    /// <summary>The clauses made so far, for a client that has not been told of them.</summary>
    public List<SessionEvent.ReplyText> Clauses { get; } = [];

    public string? State { get; private set; }

    public bool StateIsBinding { get; private set; }

    /// <summary>The keys taken as an answer, once they are known. Set under the pump's lock.</summary>
    public ReplyPart.Keys? Keys { get; set; }

    /// <summary>Set under the pump's lock when the client has been told of this reply.</summary>
    public bool Announced { get; set; }

    /// <summary>What the reply asks for outside the conversation.</summary>
    public IEnumerable<SessionEvent.ActionRequested> Actions => effects.Select(e => e switch
    {
        ReplyPart.Transfer transfer => new SessionEvent.ActionRequested("transfer", transfer.Target) { Values = transfer.Values },
        ReplyPart.HangUp hangUp => new SessionEvent.ActionRequested("hangup", hangUp.Reason) { Values = hangUp.Values },
        _ => throw new InvalidOperationException($"{e.GetType().Name} is no action."),
    });

    public bool IsCommitted => committed.Task.IsCompletedSuccessfully;

    public TimeSpan PreparedAt { get; } = host.Now;

    public TimeSpan? FirstTextAt { get; private set; }

    public TimeSpan? FirstAudioAt { get; private set; }

    /// <summary>True once no more audio will come.</summary>
    public bool Ended { get; private set; }

    /// <summary>True once the core knows that.</summary>
    public bool EndTaken { get; set; }

    /// <summary>What there is of its text where it was cut short; null where it is whole.</summary>
    public string? Cut { get; private set; }

    public void Commit() => committed.TrySetResult();

    public void Cancel()
    {
        committed.TrySetCanceled();
        cancellation.Cancel();
    }

    /// <summary>Makes the rest at once, however far ahead of what has been sent.</summary>
    public void Hurry() => hurried = true;

    /// <summary>Stops making it: what there is is all of it.</summary>
    public void CutHere()
    {
        lock (making)
        {
            if (Ended)
            {
                return;
            }

            cancellation.Cancel();
            Queue.Complete();
            Cut = spoken.ToString().TrimEnd();
            End();
        }
    }

    /// <summary>What another host needs to play the rest from <paramref name="start"/> on. The queue is of no use afterwards.</summary>
    public ReplyMove Freeze(long start)
    {
        var from = Queue.Seek(start);
        var pcm = new short[queued - from];
        for (var at = 0; at < pcm.Length;)
        {
            var read = Queue.Read(pcm.AsSpan(at), out _);
            if (read == 0)
            {
                break;
            }

            at += read;
        }

        return new ReplyMove
        {
            Generation = Generation,
            Turn = Turn,
            Kind = Kind,
            UserText = UserText,
            State = State,
            StateIsBinding = StateIsBinding,
            Cut = Cut,
            Effects = [.. Actions.Select(action => new MovedAction(action.Name, action.Target) { Values = action.Values })],
            Start = from,
            Pcm = MemoryMarshal.AsBytes(pcm.AsSpan()).ToArray(),
        };
    }

    /// <summary>Gives the audio's pooled memory back; what is still being made is dropped.</summary>
    public void Dispose() => Queue.Dispose();

    /// <summary>Runs to the end or until cancelled. Never throws: what fails is posted.</summary>
    public async Task RunAsync(IResponder responder, DialogTurn dialog, ISpeaker speaker, SpeakingStyle style)
    {
        var stop = cancellation.Token;
        try
        {
            var spoken = Channel.CreateBounded<string>(64);
            var answering = AnswerAsync(responder, dialog with { Committed = committed.Task }, spoken.Writer, stop);
            var speaking = SpeakAsync(speaker, spoken.Reader.ReadAllAsync(stop), style, stop);
            await Task.WhenAll(answering, speaking).ConfigureAwait(false);
            await committed.Task.WaitAsync(stop).ConfigureAwait(false);
            lock (making)
            {
                stop.ThrowIfCancellationRequested();
                End();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Cancelled replies end without a word: the core has moved on.
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            host.OnFault(this, fault);
            host.Post(SessionInput.ReplyFailed(Generation, fault.Message));
        }
    }

    private async Task AnswerAsync(IResponder responder, DialogTurn dialog, ChannelWriter<string> text, CancellationToken stop)
    {
        Exception? fault = null;
        try
        {
            if (Notice.Length > 0)
            {
                host.Post(SessionInput.ReplyText(Generation, Notice + " "));
                await text.WriteAsync(Notice + " ", stop).ConfigureAwait(false);
            }

            await foreach (var part in responder.RespondAsync(dialog, stop).ConfigureAwait(false))
            {
                switch (part)
                {
                    case ReplyPart.Text { Delta.Length: > 0 } piece:
                        FirstTextAt ??= host.Now;
                        host.Post(SessionInput.ReplyText(Generation, piece.Delta));
                        await text.WriteAsync(piece.Delta, stop).ConfigureAwait(false);
                        break;
                    case ReplyPart.State state:
                        (State, StateIsBinding) = (state.Json, state.Binding);
                        break;
                    case ReplyPart.Expect expect:
                        host.Post(SessionInput.Expects(Generation, expect.Answer));
                        break;
                    case ReplyPart.Keys keys:
                        host.OnKeys(this, keys);
                        break;
                    case ReplyPart.Transfer or ReplyPart.HangUp:
                        effects.Add(part);
                        break;
                }
            }
        }
        catch (Exception e)
        {
            fault = e;
            throw;
        }
        finally
        {
            text.TryComplete(fault);
        }
    }

    private async Task SpeakAsync(ISpeaker speaker, IAsyncEnumerable<string> text, SpeakingStyle style, CancellationToken stop)
    {
        await foreach (var clause in speaker.SpeakAsync(host.SessionId, text, style, host.OutputRate, stop).ConfigureAwait(false))
        {
            FirstAudioAt ??= host.Now;
            var words = Shift(clause.Words, queued);
            if (clause.Text.Length > 0)
            {
                host.OnClause(this, new SessionEvent.ReplyText(Generation, clause.Text, [.. words.Select(w => new WordTiming(w.Text, w.Start.Value, w.End.Value))]));
            }

            if (clause.Text.Length > 0)
            {
                LookForNotice();
            }

            await AppendAsync(clause, words, stop).ConfigureAwait(false);
            if (!IsCommitted && queued >= SampleCount.FromTime(SpeculativeAudio, host.OutputRate).Value)
            {
                await committed.Task.WaitAsync(stop).ConfigureAwait(false);
            }
        }

        LookForNotice();
        Queue.Complete();
    }

    /// <summary>A clause may come bit by bit, its words first: so the notice ends only where what follows it begins.</summary>
    private void LookForNotice()
    {
        if (Notice.Length > 0 && NoticeEnd is null && Letters(spoken.ToString()) >= Letters(Notice))
        {
            host.OnNotice(this, queued);
        }
    }

    /// <summary>Queues a clause, waiting while more than <see cref="Ahead"/> is unsent.</summary>
    private async Task AppendAsync(SpokenClause clause, List<SpokenWord> words, CancellationToken stop)
    {
        var limit = SampleCount.FromTime(Ahead, host.OutputRate).Value;
        while ((Queue.Readable > limit && !hurried) || !TryAppend(clause, words, stop))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), host.Time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>The clause with all that is known of it, or nothing: a reply may be cut short at any moment.</summary>
    private bool TryAppend(SpokenClause clause, List<SpokenWord> words, CancellationToken stop)
    {
        lock (making)
        {
            stop.ThrowIfCancellationRequested();
            if (Queue.TryAppend(clause.Pcm) == AppendResult.Full)
            {
                return false;
            }

            queued += clause.Pcm.Length;
            spoken.Append(clause.Text);
            host.Post(SessionInput.ReplyAudio(Generation, new SampleCount(queued), words));
            return true;
        }
    }

    private void End()
    {
        foreach (var action in Actions)
        {
            host.Post(SessionInput.CloseAfterReply(Generation, $"{action.Name}: {action.Target}"));
        }

        Ended = true;
        host.Post(SessionInput.ReplyEnded(Generation, new SampleCount(queued)));
    }

    private static int Letters(string text) => text.Count(letter => !char.IsWhiteSpace(letter));

    private static List<SpokenWord> Shift(IReadOnlyList<ClauseWord> words, long offset)
    {
        var shifted = new List<SpokenWord>(words.Count);
        foreach (var word in words)
        {
            shifted.Add(new SpokenWord(word.Text, new SampleCount(offset + word.Start), new SampleCount(offset + word.End)));
        }

        return shifted;
    }
}
