using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Conversation.Conformance.Engines;
using Conversation.Gateway.Tests.Support;

namespace Conversation.Silo.Tests.Faults.Support;

/// <content>The line: sending, hearing, and coming back where it is gone.</content>
internal sealed partial class Talker
{
    private async Task OpenAsync(Uri gateway, object request)
    {
        var next = await RawClient.Connect(gateway).WaitAsync(Attempt);
        try
        {
            var answer = await next.Invoke("Open", request).WaitAsync(Attempt);
            if (answer["error"] is { } error)
            {
                throw new InvalidOperationException((string?)error);
            }

            lock (gate)
            {
                opened = answer["result"]!.AsObject();
                At = gateway;
// As the page does: those known before are kept, behind.
                gateways = [.. ((Uri[])[gateway, .. (opened["gateways"] as JsonArray ?? []).Select(told => new Uri((string)told!)), .. gateways]).Distinct()];
                client = next;
            }
        }
        catch
        {
            await next.DisposeAsync();
            throw;
        }
    }

    private async Task ListenAsync()
    {
        while (!over.IsCancellationRequested)
        {
            var line = client!;
            var left = leaving.Task;
            while (true)
            {
                var receiving = ReceiveAsync(line);
                if (await Task.WhenAny(receiving, left) == left || await receiving is not { } message || !Take(message))
                {
                    break;
                }
            }

            if (!left.IsCompleted)
            {
                await line.DisposeAsync();
            }

            leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!over.IsCancellationRequested)
            {
                await ComeBackAsync();
            }
        }
    }

    private static async Task<JsonObject?> ReceiveAsync(RawClient line)
    {
        try
        {
            return await line.Receive();
        }
        catch (Exception gone) when (gone is OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return null;
        }
    }

    private async Task ComeBackAsync()
    {
        var since = Now;
        object request;
        (int Generation, long Played) had;
        lock (gate)
        {
            had = (generation, played);
            gap = new Gap { Lost = since, LastFrame = lastFrame, From = At };
            gaps.Add(gap);
            request = new { inputRate = Rate, outputRate = Rate, resume = new { session = Id, token = (string)opened["token"]!, generation, played } };
        }

        for (var n = 0; !over.IsCancellationRequested; n++)
        {
            var gateway = gateways[(n + 1) % gateways.Count];
            try
            {
                await OpenAsync(gateway, request);
                Back(had);
                return;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                gap.Refusals.Add($"{(Now - since).TotalSeconds:0.0} s {gateway}: {fault.Message}");
                if (Now - since > TimeSpan.FromSeconds(40) || fault.Message.Contains("session_unknown", StringComparison.Ordinal) || fault.Message.Contains("resume_refused", StringComparison.Ordinal))
                {
                    Fault($"dropped: {string.Join(" | ", gap.Refusals)}");
                    await over.CancelAsync();
                    return;
                }

                await Task.Delay(n % gateways.Count == gateways.Count - 1 ? 500 : 100);
            }
        }
    }

    private void Back((int Generation, long Played) had)
    {
        lock (gate)
        {
            gap!.Back = Now;
            (gap.Resumed, gap.Restored) = ((bool)opened["resumed"]!, (bool)opened["restored"]!);
            var history = opened["history"]!.AsArray().Select(line => ((int)line!["turn"]!, (string)line["user"]!, (string)line["reply"]!)).ToArray();
            faults.AddRange(completed.Where(turn => !history.Contains(turn)).Select(turn => $"turn {turn} was told as completed and is lost"));
            // What was told into a line that was going is known from here.
            completed.AddRange(history.Where(turn => !completed.Contains(turn)).ToArray());
            var last = (long)opened["lastSequence"]!;
            if (gap.Resumed)
            {
                (generation, received, played) = (had.Generation, had.Played, had.Played);
                gap.ResumedAt = had.Played;
            }
            else
            {
                (generation, received, played, cancelled, held) = (0, 0, 0, 0, false);
                sent.Clear();
                sequence = last + 1;
            }

            again = [.. sent.Where(message => message.Sequence > last)];
        }
    }

    /// <summary>False where the session is to be taken up elsewhere.</summary>
    private bool Take(JsonObject message)
    {
        switch ((string?)message["target"])
        {
            case "audio":
                Hear((int)message["arguments"]![0]!, (long)message["arguments"]![1]!, Convert.FromBase64String((string)message["arguments"]![2]!));
                break;
            case "event":
                return Note(message["arguments"]![0]!.AsObject());
        }

        return (int?)message["type"] != 7;
    }

    private void Hear(int of, long position, byte[] bytes)
    {
        var pcm = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(bytes);
        lock (gate)
        {
            if (of > generation)
            {
                (generation, received, played, held) = (of, 0, 0, false);
            }

            if (of <= cancelled)
            {
                faults.Add($"a frame of {of}, which is cancelled");
            }
            else if (of != generation || position != received)
            {
                faults.Add($"a frame of {of} at {position}; {received} of {generation} is due");
            }

            for (var i = 0; i < pcm.Length; i++)
            {
                if (pcm[i] != ScriptedSpeaker.Sample(Id, position + i))
                {
                    faults.Add($"sample {position + i} of {of} is another's");
                    break;
                }
            }

            // What was sent ahead sounds on while nothing comes.
            if (position > 0 && gap is not { FirstFrame: null } && Now - dueUntil is var late && late > WorstSilence)
            {
                (WorstSilence, WorstAt) = (late, Now);
            }

            dueUntil = (position == 0 || Now > dueUntil ? Now : dueUntil) + TimeSpan.FromSeconds(pcm.Length / (double)Rate);
            received = position + pcm.Length;
            lastFrame = Now;
            if (gap is { FirstFrame: null })
            {
                gap.FirstFrame = Now;
                gap.FirstPosition = position;
            }
        }
    }

    private bool Note(JsonObject message)
    {
        lock (gate)
        {
            events.Add((Now, message));
            switch ((string?)message["type"])
            {
                case "reply.started" when (int)message["generation"]! > generation:
                    (generation, received, played, held) = ((int)message["generation"]!, 0, 0, false);
                    break;
                case "playout.paused":
                    held = true;
                    break;
                case "playout.resumed":
                    held = false;
                    dueUntil = Now;
                    break;
                case "playout.cancelled":
                    cancelled = Math.Max(cancelled, (int)message["generation"]!);
                    received = played;
                    break;
                case "turn.completed":
                    var turn = ((int)message["turn"]!, (string)message["user"]!, (string)message["reply"]!);
                    if (!told.Add(turn))
                    {
                        faults.Add($"turn {turn} is told twice");
                    }

                    if (!completed.Contains(turn))
                    {
                        completed.Add(turn);
                    }

                    break;
                case "closed":
                    var reason = (string)message["reason"]!;
                    if (reason is not ("server_stopping" or "session_lost"))
                    {
                        faults.Add($"closed: {reason}");
                    }

                    Reasons.Add(reason);
                    return false;
            }

            return true;
        }
    }

    private void Fault(string what)
    {
        lock (gate)
        {
            faults.Add(what);
        }
    }

    private async Task TalkAsync()
    {
        var next = Now;
        try
        {
            while (!over.IsCancellationRequested)
            {
                // Tells what was played first: it may be asked where to go on from.
                (int Of, long Samples)? report = null;
                List<(long Sequence, short[] Pcm)> audio = [];
                RawClient? line;
                lock (gate)
                {
                    line = gap is { Back: null } ? null : client;
                    played = held ? played : Math.Min(received, played + Piece);
                    report = generation > 0 ? (generation, played) : null;
                    if (line is not null)
                    {
                        var pcm = new short[Piece];
                        for (var i = 0; i < Piece && toSay.TryDequeue(out var sample); i++)
                        {
                            pcm[i] = sample;
                        }

                        audio.AddRange(again);
                        again = [];
                        audio.Add((sequence++, pcm));
                        sent.Enqueue(audio[^1]);
                        if (sent.Count > 28)
                        {
                            sent.Dequeue();
                        }
                    }
                }

                try
                {
                    if (line is not null)
                    {
                        foreach (var (number, pcm) in audio)
                        {
                            await line.SendAudio(number, pcm);
                        }

                        if (report is { } told)
                        {
                            await line.Send("Played", told.Of, told.Samples);
                        }
                    }
                }
                catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException or IOException)
                {
                    // The listener finds out, and comes back.
                }

                next += Tick;
                if (next - Now is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait, over.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
