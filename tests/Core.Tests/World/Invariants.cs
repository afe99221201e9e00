using System.Text;

namespace Conversation.Core.Tests.World;

/// <summary>What must never happen, whatever the inputs and their order. Watches one session from outside.</summary>
internal sealed class Invariants(ISessionCore core)
{
    private readonly HashSet<int> _prepared = [];
    private readonly HashSet<int> _cancelled = [];
    private readonly HashSet<int> _paused = [];
    private readonly HashSet<int> _heardTurns = [];
    private readonly HashSet<int> _committedTurns = [];
    private readonly HashSet<int> _completedTurns = [];
    private readonly Dictionary<int, StringBuilder> _texts = [];
    private readonly Dictionary<int, string> _deltas = [];
    private int? _playing;
    private int _playingTurn = -1;
    private int _lastCommitted;
    private int? _recognition;
    private bool _speaking;
    private bool _closed;
    private long _released;
    private long _windowsEnd;

    public bool Closed => _closed;

    public void Fed(in SessionInput input, TimeSpan now)
    {
        _ = now;
        if (input.Kind == InputKind.ReplyText && !_cancelled.Contains(input.Id))
        {
            Text(input.Id).Append(input.Text);
        }
        else if (input.Kind == InputKind.SpeechScored)
        {
            _windowsEnd = Math.Max(_windowsEnd, input.Position.Value);
        }
        else if (input.Kind is InputKind.Recognized or InputKind.RecognitionFailed && input.Id == _recognition)
        {
            _recognition = null;
        }
    }

    public void Told(SessionOutput output)
    {
        Assert.False(_closed, $"Told after Closed: {output}");
        switch (output)
        {
            case SessionOutput.Recognize o:
                Assert.True(_recognition is null, $"A second recognition is out: {o}");
                Assert.True(o.Start < o.End && o.Start.Value >= _released && o.End.Value <= _windowsEnd, $"No such audio: {o}, released {_released}, at {_windowsEnd}");
                _recognition = o.Request;
                break;
            case SessionOutput.CancelRecognition o:
                Assert.Equal(_recognition, o.Request);
                _recognition = null;
                break;
            case SessionOutput.ReleaseAudio o:
                Assert.True(o.Position.Value > _released);
                _released = o.Position.Value;
                break;
            case SessionOutput.SpeechStarted:
                Assert.False(_speaking, "Speech started twice.");
                _speaking = true;
                break;
            case SessionOutput.SpeechStopped:
                Assert.True(_speaking, "Speech stopped twice.");
                _speaking = false;
                break;
            case SessionOutput.HypothesisDelta o:
                Assert.DoesNotContain(o.Turn, _completedTurns);
                Assert.NotEqual("", o.Text.Trim());
                _deltas[o.Turn] = _deltas.GetValueOrDefault(o.Turn, "") + o.Text;
                break;
            case SessionOutput.HypothesisFinal o:
                Assert.DoesNotContain(o.Turn, _completedTurns);
                _deltas[o.Turn] = o.Text;
                _heardTurns.Add(o.Turn);
                break;
            case SessionOutput.PrepareReply o:
                Assert.True(_prepared.Count == 0, $"Two replies are prepared: {o}");
                _prepared.Add(o.Generation);
                break;
            case SessionOutput.CommitReply o:
                Commit(o);
                break;
            case SessionOutput.CancelReply o:
                Assert.True(_prepared.Remove(o.Generation) || _playing == o.Generation, $"Cancelled what is not there: {o}");
                _playing = _playing == o.Generation ? null : _playing;
                _paused.Remove(o.Generation);
                Assert.True(_cancelled.Add(o.Generation), "Cancelled twice.");
                break;
            case SessionOutput.PausePlayout o:
                Assert.Equal(_playing, o.Generation);
                Assert.True(_paused.Add(o.Generation), "Paused twice.");
                break;
            case SessionOutput.ResumePlayout o:
                Assert.Equal(_playing, o.Generation);
                Assert.True(_paused.Remove(o.Generation), "Resumed without a pause.");
                break;
            case SessionOutput.ReplayFrom o:
                Assert.Equal(_playing, o.Generation);
                break;
            case SessionOutput.TurnMeasured o:
                Assert.Equal(_playing, o.Generation);
                Assert.True(o.SpeechEndToCommit >= TimeSpan.Zero && o.CommitToAudio >= TimeSpan.Zero);
                break;
            case SessionOutput.TurnCompleted o:
                Complete(o);
                break;
            case SessionOutput.Closed:
                _closed = true;
                break;
        }
    }

    /// <summary>After the outputs of one input were taken.</summary>
    public void After(TimeSpan now)
    {
        if (_closed)
        {
            Assert.Null(core.NextDeadline);
            return;
        }

        if (_playing is not null || _recognition is not null || _speaking)
        {
            Assert.NotNull(core.NextDeadline);
        }

        Assert.True(core.NextDeadline is not { } next || next > now, $"A deadline that has passed: {core.NextDeadline} at {now}");
    }

    /// <summary>After a long silence nothing is left open.</summary>
    public void AtRest()
    {
        Assert.Null(_playing);
        Assert.Empty(_prepared);
        Assert.Empty(_paused);
        Assert.Empty(_committedTurns.Except(_completedTurns));
        Assert.False(_speaking);
    }

    private void Commit(SessionOutput.CommitReply o)
    {
        Assert.True(_prepared.Remove(o.Generation), $"Committed what was not prepared: {o}");
        Assert.True(_playing is null, $"Two replies play: {_playing} and {o}");
        Assert.True(o.Generation > _lastCommitted);
        Assert.DoesNotContain(o.Turn, _completedTurns);
        _playing = _lastCommitted = o.Generation;
        _playingTurn = o.Turn;
        _committedTurns.Add(o.Turn);
    }

    private void Complete(SessionOutput.TurnCompleted o)
    {
        Assert.True(_completedTurns.Add(o.Turn), $"Completed twice: {o}");
        Assert.True(_committedTurns.Contains(o.Turn) || (o.ReplyHeard.Length == 0 && _heardTurns.Contains(o.Turn)), $"Completed and never heard: {o}");
        if (o.ReplyHeard.Length > 0)
        {
            Assert.Equal(_playingTurn, o.Turn);
            Assert.StartsWith(o.ReplyHeard, Text(_lastCommitted).ToString(), StringComparison.Ordinal);
        }

        if (_playing is { } playing && _playingTurn == o.Turn)
        {
            Assert.DoesNotContain(playing, _paused);
            _playing = null;
        }
    }

    private StringBuilder Text(int generation) => _texts.TryGetValue(generation, out var text) ? text : _texts[generation] = new();
}
