using Conversation.Core;
using Conversation.Sessions.Pump;

namespace Conversation.Sessions.Hosting;

/// <summary>A live session of this process, as its carrier drives it.</summary>
internal sealed class LiveSession(SessionPump pump, SessionTranscript transcript, ClientLink client, SessionCatalog catalog, string tokenHash, Action<SessionSettings> configure) : ISession
{
    private const int MaxText = 2000;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool closed;
    private volatile bool forgotten;

    public string Id => transcript.Id;

    public SessionTranscript Transcript => transcript;

    public SessionPump Pump => pump;

    public string TokenHash => tokenHash;

    /// <summary>True once nothing more will happen in it.</summary>
    public bool IsClosed => closed;

    /// <summary>True once it is to be kept no longer.</summary>
    public bool Forgotten => forgotten;

    /// <summary>Done when the session has closed and its last state was written, or could not be.</summary>
    public Task Ended => ended.Task;

    public SessionFault? PushAudio(long sequence, ReadOnlySpan<short> pcm) => pump.Input.Push(sequence, pcm);

    public void Played(int generation, long samples) => pump.Heard(generation, samples);

    public SessionFault? Type(string text)
    {
        var trimmed = text.Trim();
        switch (trimmed.Length)
        {
            case 0:
                return new SessionFault("text_empty", "The text is empty.", "text");
            case > MaxText:
                return new SessionFault("text_too_long", $"A typed turn holds at most {MaxText} characters; this one holds {trimmed.Length}.", "text");
            default:
                pump.Post(SessionInput.Typed(trimmed));
                return null;
        }
    }

    public SessionFault? Configure(SessionSettings settings)
    {
        var merged = SettingsCheck.Merge(transcript.Settings, settings);
        if (SettingsCheck.Check(merged, catalog) is { } fault)
        {
            return fault;
        }

        transcript.Settings = merged;
        configure(merged);
        pump.Tell(new SessionEvent.SettingsChanged(merged));
        return null;
    }

    public void Detach(ISessionClient gone)
    {
        if (client.Detach(gone))
        {
            pump.Post(SessionInput.ClientLost());
        }
    }

    public void Close(string reason) => pump.Post(SessionInput.CloseRequested(reason));

    /// <summary>It has closed, and is to be forgotten or written for the last time.</summary>
    public void Closed(bool forget)
    {
        forgotten = forget;
        closed = true;
    }

    /// <summary>Its last state was dealt with.</summary>
    public void Written() => ended.TrySetResult();

    /// <summary>Takes the client that came back.</summary>
    public void Attach(ISessionClient next, ResumeSession resume)
    {
        client.Attach(next, holdAudio: true);
        pump.Post(SessionInput.ClientResumed(resume.Generation, new SampleCount(resume.Played)));
    }
}
