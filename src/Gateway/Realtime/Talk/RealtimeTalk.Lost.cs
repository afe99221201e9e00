using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <content>
/// A session whose silo is lost. Clients of other dialects resume; those of this one cannot, so it is done for them: another silo reopens the
/// session as of its last completed turn.
/// </content>
internal sealed partial class RealtimeTalk
{
    private const int Attempts = 15;
    private const string WordsLost = "The words were lost with the process that had the audio.";
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);
    private ResumeSession? ticket;
    private OpenSession? asOpened;
    private bool lost;
    private volatile bool reopening;

    private void TakeClosed(string reason)
    {
        if (reason != "session_lost" || ticket is null || closed || Over is not null)
        {
            Over ??= reason;
            return;
        }

        lost = reopening = true;
        session = null;
        foreach (var response in new[] { active, suspended is null ? null : active }.OfType<Response>().Distinct())
        {
            outbox.Drop(response);
            Finish(response, "failed", "session_lost");
        }

        foreach (var (id, response) in apart.ToArray())
        {
            apart.Remove(id);
            Finish(response, "failed", "session_lost");
        }

        foreach (var item in listening.Values)
        {
            Unheard(item, "session_lost", WordsLost);
        }

        listening.Clear();
        // What was fed to it is lost; what waits here the next one will hear.
        while (committed.Count > (input?.Kept ?? 0))
        {
            Unheard(committed.Dequeue(), "session_lost", WordsLost);
        }

        if (Unask())
        {
            Tell(new RealtimeError("session_lost", "The response was lost with the process that had it. Ask for it again.") { Type = "server_error" }, null);
        }

        Forget();
        (playing, latest, speech, heldStart, heldStop) = (null, null, null, null, null);
        // Its last turn may not have been written: what this client was told of it is true.
        completed = 0;
        Edit();
    }

    /// <summary>The response that was asked for will not come: what it was to answer waits again. False where none was.</summary>
    private bool Unask()
    {
        if (pending is not { } request)
        {
            return false;
        }

        pending = null;
        request.Items.ToList().ForEach(item => item.Taken = false);
        unanswered.InsertRange(0, request.Items);
        return true;
    }

    private async Task ReopenAsync()
    {
        for (var attempt = 1; attempt <= Attempts && !closed; attempt++)
        {
            OpenSession request;
            lock (gate)
            {
                completed = items.All.Select(item => item.Turn ?? 0).DefaultIfEmpty(0).Max();
                request = asOpened! with { Settings = shape.Settings with { Greet = false, Context = Remembered() }, Resume = ticket };
            }

            try
            {
                var result = await sessions.OpenAsync(request, this, ended.Token).ConfigureAwait(false);
                if (result.Session is { } opened)
                {
                    Adopt(opened, result.Opened!);
                    return;
                }
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                LogNotReopened(attempt, Attempts, fault);
            }

            await Task.Delay(TryAgain, time, CancellationToken.None).ConfigureAwait(false);
        }

        lock (gate)
        {
            reopening = false;
            Over ??= "session_lost";
        }
    }

    private void Adopt(ISession opened, OpenedSession described)
    {
        bool late;
        lock (gate)
        {
            session = opened;
            sequence = described.LastSequence + 1;
            ticket = new ResumeSession(described.Session, described.Token);
            told = default;
            late = closed;
            reopening = false;
            if (described.Resumed)
            {
                // It lives after all, and what it was saying is not to be heard twice.
                stopping = true;
            }
        }

        if (late)
        {
            opened.Close("client");
        }
    }
}
