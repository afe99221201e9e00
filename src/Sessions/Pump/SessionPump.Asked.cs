using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Conversation.Audio;
using Conversation.Core;
using Conversation.Dialog;
using Conversation.Inference.Ports;

namespace Conversation.Sessions.Pump;

/// <content>Replies that a client asks for, and what is done beside the conversation.</content>
internal sealed partial class SessionPump
{
    private const int AsideSeconds = 25;
    private static readonly TimeSpan AsideWithin = TimeSpan.FromSeconds(60);

    /// <summary>Replies asked for and not begun, in the order in which the core will begin them.</summary>
    private readonly Queue<ReplyRequest> requests = new();
    private readonly CancellationTokenSource gone = new();
    private readonly ConcurrentDictionary<AsideRequest, bool> asides = new(ReferenceEqualityComparer.Instance);

    /// <summary>Asks for a reply: one of its own, after those asked for before. Refused where too many wait.</summary>
    public SessionFault? Ask(ReplyRequest request)
    {
        lock (requests)
        {
            if (requests.Count >= SessionCore.MostWanted)
            {
                return new SessionFault("busy", $"{SessionCore.MostWanted} replies that were asked for wait to be given. Ask again when one of them was.", "answer");
            }

            // Under the lock, so that the core hears of them in this order.
            requests.Enqueue(request);
            Post(SessionInput.ReplyWanted(request.Text));
            return null;
        }
    }

    /// <summary>What is asked of the reply that the core begins now, because it was asked for.</summary>
    private ReplyRequest? Requested()
    {
        lock (requests)
        {
            return requests.TryDequeue(out var request) ? request : null;
        }
    }

    /// <summary>Replies asked for and not begun, for another host to give.</summary>
    private List<ReplyRequest> LeaveRequests()
    {
        lock (requests)
        {
            return [.. requests];
        }
    }

    private void GoOn(IReadOnlyList<ReplyRequest> asked)
    {
        lock (requests)
        {
            foreach (var request in asked)
            {
                requests.Enqueue(request);
            }
        }
    }

    /// <summary>Does something beside the conversation.</summary>
    public void Begin(AsideRequest aside)
    {
        asides[aside] = true;
        _ = Task.Run(() => AsideAsync(aside));
    }

    /// <summary>The turn as the client wants it answered.</summary>
    private DialogTurn Shaped(DialogTurn turn, ReplyRequest? request)
    {
        var settings = transcript.Settings;
        turn = turn with
        {
            Instructions = request?.Instructions ?? settings.Instructions ?? "",
            ToolChoice = request?.ToolChoice ?? settings.ToolChoice ?? "",
        };
        if (request?.Input is { } input)
        {
            var last = input.Count > 0 && input[^1].Role == "user" ? input[^1].Text : "";
            return turn with { Before = Lines(last.Length > 0 ? input.SkipLast(1) : input), History = [], UserText = last };
        }

        return settings.Context is { } context ? turn with { Before = Lines(context.Lines), History = transcript.HistoryAfter(context.UpTo) } : turn;
    }

    private static IReadOnlyList<SaidLine> Lines(IEnumerable<ContextLine> lines) => [.. lines.Select(line => new SaidLine(line.Role, line.Text))];

    private async Task AsideAsync(AsideRequest aside)
    {
        string text = "", fault = "";
        using var patience = new CancellationTokenSource(AsideWithin, engines.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, gone.Token);
        try
        {
            text = aside.Audio is { } audio ? await HearAsync(audio, limit.Token).ConfigureAwait(false) : await AnswerAsideAsync(aside.Reply ?? new ReplyRequest(), limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            fault = $"It took longer than {AsideWithin.TotalSeconds:0} s.";
        }
        catch (Exception failed) when (failed is not OutOfMemoryException)
        {
            LogAsideFailed(SessionId, failed);
            // What went wrong inside, and where, is for the log.
            fault = "It failed.";
        }

        Finish(aside, text, fault);
    }

    private void Finish(AsideRequest aside, string text, string fault)
    {
        if (asides.TryRemove(aside, out _))
        {
            Tell(new SessionEvent.AsideDone(aside.Id, text, fault));
        }
    }

    /// <summary>The session leaves and cannot wait: nobody is to wait for what stays behind.</summary>
    private void LeaveAsides()
    {
        foreach (var aside in asides.Keys)
        {
            Finish(aside, "", "The session went to another host before it was done.");
        }
    }

    private async Task<string> HearAsync(byte[] pcm, CancellationToken cancellation)
    {
        var samples = new float[pcm.Length / 2];
        Pcm.ToFloat(MemoryMarshal.Cast<byte, short>(pcm.AsSpan(0, samples.Length * 2)), samples);
        if (input.Rate != SampleCount.InputRate)
        {
            var resampler = new Resampler(input.Rate, SampleCount.InputRate);
            var resampled = new float[resampler.MaxOutput(samples.Length)];
            samples = resampled[..resampler.Process(samples, resampled)];
        }

        var words = new List<string>();
        foreach (var piece in samples.Chunk(AsideSeconds * SampleCount.InputRate))
        {
            var heard = await engines.Recognizer.RecognizeAsync(piece, new RecognitionRequest(SessionId, RecognitionTier.Accurate), cancellation).ConfigureAwait(false);
            words.Add(heard.Text.Trim());
        }

        return string.Join(' ', words.Where(word => word.Length > 0));
    }

    private async Task<string> AnswerAsideAsync(ReplyRequest request, CancellationToken cancellation)
    {
        var turn = Shaped(
            new DialogTurn
            {
                Session = SessionId,
                Kind = ReplyKind.Answer,
                UserText = request.Text,
                History = transcript.History,
                State = transcript.DialogState,
                // Never wanted: so nothing of it is done.
                Committed = new TaskCompletionSource().Task,
                Time = transcript.ClockFor(engines.Time),
                Caller = caller,
            },
            request);
        var text = new StringBuilder();
        await foreach (var part in engines.Responders[transcript.Responder].RespondAsync(turn, cancellation).ConfigureAwait(false))
        {
            text.Append((part as ReplyPart.Text)?.Delta);
        }

        return text.ToString().Trim();
    }

    [Microsoft.Extensions.Logging.LoggerMessage(Level = Microsoft.Extensions.Logging.LogLevel.Warning, Message = "Session {Session}: what was asked beside the conversation failed")]
    private partial void LogAsideFailed(string session, Exception fault);
}
