using System.Text.Json.Nodes;
using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <content>Turns that the client ends; the items that stand for them until their words are there.</content>
internal sealed partial class RealtimeTalk
{
    // A conversation is about pauses, and no pause should pass faster than the ear can take it; where the client ends turns none counts.
    private const double FactorByEar = 2;
    private const double FactorByHand = 4;
    private const int LeastCommitMs = 100;
    private readonly Queue<Item> committed = new();
    private long uncommitted;
    private long fed;
    private long quietFrom;

    private RealtimeError? Commit()
    {
        lock (gate)
        {
            var rate = WireAudio.Rate(shape.InputFormat);
            var ms = uncommitted * 1_000.0 / rate;
            if (input is null || ms < LeastCommitMs)
            {
                return new RealtimeError("input_audio_buffer_commit_empty", FormattableString.Invariant($"Error committing input audio buffer: buffer too small. Expected at least {LeastCommitMs}ms of audio, but buffer only has {ms:0.00}ms of audio."));
            }

            ReleaseSpeech();
            if (speech is { Stopped: false })
            {
                StopSpeech(fed * SamplesPerMs * 1_000 / rate);
            }

            var item = speech?.Item ?? new Item(Ids.New("item"), "message", "user") { IsAudio = true };
            speech = null;
            item.AudioMs = ms;
            item.Awaited = true;
            uncommitted = 0;
            input.End(keep: true);
            committed.Enqueue(item);
            TellCommitted(item);
            Send("conversation.item.done", new JsonObject { ["previous_item_id"] = items.Before(item), ["item"] = item.ToJson() });
        }

        Feed();
        return null;
    }

    private void TellCommitted(Item item)
    {
        Send("input_audio_buffer.committed", new JsonObject { ["previous_item_id"] = items.LastId, ["item_id"] = item.Id });
        Announce(item);
    }

    private void TakeHeard(SessionEvent.HypothesisFinal e)
    {
        if (pending is { Text.Length: > 0 } typed && e.Text.EndsWith(typed.Text.Trim(), StringComparison.Ordinal))
        {
            deltas.Clear();
            return;
        }

        if (committed.TryDequeue(out var byHand))
        {
            TakeCommitted(byHand, e);
            return;
        }

        var said = deltas.ToArray();
        deltas.Clear();
        if (asked is { } before && before.Turn == e.Turn)
        {
            // The caller had not finished: what was taken for the turn is now a part of it.
            items.Remove(before.Item);
            Send("conversation.item.deleted", new JsonObject { ["item_id"] = before.Item.Id });
        }

        ReleaseSpeech();
        var item = speech?.Item ?? new Item(Ids.New("item"), "message", "user") { IsAudio = true };
        var end = (long)(e.At * SamplesPerMs);
        if (speech is { Stopped: false })
        {
            StopSpeech(end);
        }

        speech = null;
        asked = (e.Turn, item);
        (item.Text, item.Turn) = (e.Text, e.Turn);
        item.AudioMs = Math.Max(0, (stoppedAt ?? end) - (speechFrom ?? end)) / (double)SamplesPerMs;
        (speechFrom, uncommitted) = (null, 0);
        if (unanswered.Count > 0)
        {
            // What was typed before it is part of the conversation, and answered with it.
            unanswered.ForEach(before => before.Taken = true);
            unanswered.Clear();
            Edit();
        }

        TellCommitted(item);
        TellDeltas(item, said);
        Send("conversation.item.done", new JsonObject { ["previous_item_id"] = items.Before(item), ["item"] = item.ToJson() });
        TellTranscript(item);
    }

    /// <summary>The words of an item that was committed by hand.</summary>
    private void TakeCommitted(Item item, SessionEvent.HypothesisFinal e)
    {
        var said = deltas.ToArray();
        deltas.Clear();
        item.Text = e.Text;
        item.Turn = e.Turn;
        item.Awaited = false;
        TellDeltas(item, said);
        TellTranscript(item);
    }

    private void TellDeltas(Item item, string[] said)
    {
        if (!shape.Transcribes)
        {
            return;
        }

        // What was guessed on the way holds only where it is how the whole begins: deltas are appended, never taken back.
        var guess = string.Concat(said);
        foreach (var delta in item.Text.StartsWith(guess, StringComparison.Ordinal) ? [.. said, item.Text[guess.Length..]] : new[] { item.Text })
        {
            if (delta.Length > 0)
            {
                Send("conversation.item.input_audio_transcription.delta", new JsonObject { ["item_id"] = item.Id, ["content_index"] = 0, ["delta"] = delta });
            }
        }
    }

    private void TellTranscript(Item item)
    {
        if (shape.Transcribes)
        {
            Send("conversation.item.input_audio_transcription.completed", new JsonObject
            {
                ["item_id"] = item.Id,
                ["content_index"] = 0,
                ["transcript"] = item.Text,
                ["usage"] = new JsonObject { ["type"] = "duration", ["seconds"] = Math.Round(item.AudioMs / 1_000, 3) },
            });
        }
    }

    /// <summary>The caller has been silent for as long as the client allows, and is asked: told as the original tells it, with an item of the silence.</summary>
    private void TellTimeout()
    {
        var rate = WireAudio.Rate(shape.InputFormat);
        var item = new Item(Ids.New("item"), "message", "user") { IsAudio = true, AudioMs = (fed - quietFrom) * 1_000.0 / rate };
        Send("input_audio_buffer.timeout_triggered", new JsonObject { ["audio_start_ms"] = quietFrom * 1_000 / rate, ["audio_end_ms"] = fed * 1_000 / rate, ["item_id"] = item.Id });
        TellCommitted(item);
        Send("conversation.item.done", new JsonObject { ["previous_item_id"] = items.Before(item), ["item"] = item.ToJson() });
        uncommitted = 0;
    }
}
