using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <content>What is done beside the conversation: responses that are no part of it, and the words of audio that came in an item.</content>
internal sealed partial class RealtimeTalk
{
    private const int MostAsides = 16;
    private const int MostSeconds = 60;
    private readonly Dictionary<string, Response> apart = [];
    private readonly Dictionary<string, Item> listening = [];
    private readonly Queue<ResponseParams> waiting = new();

    private async Task<RealtimeError?> RespondApartAsync(ResponseParams asked, CancellationToken cancellation)
    {
        if (asked.Speaks ?? shape.Speaks)
        {
            return RealtimeError.NotOffered("Speech in a response outside the conversation (say output_modalities: ['text'])", "response.output_modalities");
        }

        if (asked.Tools is { Count: > 0 })
        {
            return RealtimeError.NotOffered("A function in a response outside the conversation", "response.tools");
        }

        if (await OpenAsync(greet: false, cancellation).ConfigureAwait(false) is { } error)
        {
            return error;
        }

        ISession live;
        Response response;
        ReplyRequest request;
        lock (gate)
        {
            if (session is null)
            {
                return Reopening;
            }

            if (apart.Count + listening.Count >= MostAsides)
            {
                return new RealtimeError("busy", $"At most {MostAsides} things are done beside the conversation at once.");
            }

            var (input, missing) = Resolve(asked.Input);
            if (missing is not null)
            {
                return missing;
            }

            live = session;
            input ??= Lines(items.All);
            request = new ReplyRequest { Instructions = asked.Instructions, ToolChoice = "none", Tools = [], Input = input };
            response = new Response(Ids.New("resp"), conversation, -1, -1, shape.OutputFormat, false, asked.Metadata)
            {
                Apart = true,
                Limit = LimitOf(asked),
                Voice = shape.Voice,
                Input = new Tokens(Tokens.OfText(asked.Instructions ?? shape.Instructions) + input.Sum(line => Tokens.OfText(line.Text)), 0),
            };
            apart[response.Id] = response;
            Send("response.created", new JsonObject { ["response"] = response.ToJson("in_progress") });
        }

        if (live.Aside(new AsideRequest(response.Id) { Reply = request }) is not { } fault)
        {
            return null;
        }

        lock (gate)
        {
            // Nothing will come of it: left there, it would keep its place for ever.
            if (apart.Remove(response.Id))
            {
                Finish(response, "failed", fault.Code);
            }
        }

        return From(fault);
    }

    private static RealtimeError Reopening => new("session_lost", "The session is being reopened after its process was lost. Ask again in a moment.") { Type = "server_error" };

    private void TakeAside(SessionEvent.AsideDone e)
    {
        if (apart.Remove(e.Id, out var response))
        {
            if (e.Fault.Length > 0)
            {
                Finish(response, "failed", "server_error");
                return;
            }

            BeginMessage(response);
            var (text, cut) = Fit(response, e.Text);
            Send("response.output_text.delta", With(response, "delta", response.Say(text)));
            response.Item.Text = response.Transcript;
            Finish(response, cut ? "incomplete" : "completed", cut ? "max_output_tokens" : null);
        }
        else if (listening.Remove(e.Id, out var item))
        {
            item.Text = string.Join(' ', new[] { e.Text, item.Text }.Where(words => words.Length > 0));
            if (e.Fault.Length > 0)
            {
                Unheard(item, "recognition_failed", e.Fault);
            }
            else
            {
                item.Awaited = false;
                TellTranscript(item);
            }

            untold |= edited;
        }
    }

    /// <summary>The words of an item will not come.</summary>
    private void Unheard(Item item, string code, string why)
    {
        item.Awaited = false;
        if (shape.Transcribes)
        {
            Send("conversation.item.input_audio_transcription.failed", new JsonObject { ["item_id"] = item.Id, ["content_index"] = 0, ["error"] = new JsonObject { ["type"] = "server_error", ["code"] = code, ["message"] = why, ["param"] = null } });
        }
    }

    /// <summary>Has an item's audio recognised.</summary>
    private RealtimeError? Listen(Item item, byte[] audio, ISession live)
    {
        var pcm = WireAudio.Decode(shape.InputFormat, audio);
        if (live.Aside(new AsideRequest(item.Id) { Audio = MemoryMarshal.AsBytes(pcm.AsSpan()).ToArray() }) is not { } fault)
        {
            return null;
        }

        lock (gate)
        {
            // Waited for, no response would ever begin.
            item.Awaited = false;
            listening.Remove(item.Id);
        }

        return From(fault);
    }

    /// <summary>The items that a client gave in the place of the conversation.</summary>
    private (List<ContextLine>? Lines, RealtimeError? Error) Resolve(IReadOnlyList<InputItem>? input)
    {
        if (input is null)
        {
            return (null, null);
        }

        var lines = new List<ContextLine>();
        foreach (var (reference, message) in input)
        {
            if (message is not null)
            {
                lines.Add(new ContextLine(message.Role, message.Text));
            }
            else if (items.Find(reference!) is not { } item)
            {
                return (null, NotFound(reference!) with { Param = "response.input" });
            }
            else if (Line(item) is { } line)
            {
                lines.Add(line);
            }
        }

        return (lines, null);
    }
}
