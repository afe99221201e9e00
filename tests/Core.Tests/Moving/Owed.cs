using Conversation.Core.Trace;

namespace Conversation.Core.Tests.Moving;

/// <summary>What a host that only sees inputs and outputs knows to be undone.</summary>
internal sealed class Owed
{
    private readonly Dictionary<int, SessionOutput.Recognize> _recognitions = [];
    private readonly Dictionary<int, SessionOutput.PrepareReply> _prepared = [];
    private SessionOutput.PrepareReply? _committed;
    private bool _paused;

    public void Take(string line, List<SessionOutput> outputs)
    {
        if (SessionTrace.ReadConfigured(line) is null && SessionTrace.ReadInput(line).Input is { Kind: InputKind.Recognized or InputKind.RecognitionFailed, Id: var answered })
        {
            _recognitions.Remove(answered);
        }

        outputs.ForEach(Take);
    }

    public void Check(OutstandingEffects told, int cut)
    {
        Assert.Equal(_recognitions.Values, told.Recognitions);
        Assert.Equal(_prepared.Values.SingleOrDefault(), told.Prepared);
        Assert.True(_committed?.Generation == told.Committed?.Generation, $"{cut}: {_committed} {told.Committed}");
        if (_committed is { } c)
        {
            Assert.Equal((c.Turn, c.Kind, _paused), (told.Committed!.Turn, told.Committed.Kind, told.Committed.Paused));
        }
    }

    private void Take(SessionOutput output)
    {
        switch (output)
        {
            case SessionOutput.Recognize o:
                _recognitions.Add(o.Request, o);
                break;
            case SessionOutput.CancelRecognition o:
                _recognitions.Remove(o.Request);
                break;
            case SessionOutput.PrepareReply o:
                _prepared.Add(o.Generation, o);
                break;
            case SessionOutput.CommitReply o:
                _prepared.Remove(o.Generation, out _committed);
                _paused = false;
                break;
            case SessionOutput.CancelReply o:
                _prepared.Remove(o.Generation);
                _committed = _committed?.Generation == o.Generation ? null : _committed;
                break;
            case SessionOutput.TurnCompleted o when _committed?.Turn == o.Turn:
                _committed = null;
                break;
            case SessionOutput.PausePlayout:
                _paused = true;
                break;
            case SessionOutput.ResumePlayout:
                _paused = false;
                break;
        }
    }
}
