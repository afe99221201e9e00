using System.Text;

namespace Conversation.Core.Replies;

/// <summary>One reply, prepared or playing.</summary>
internal sealed class Reply(int generation, int turn, ReplyKind kind, string userText, TimeSpan now)
{
    private readonly StringBuilder _text = new();
    private readonly List<SpokenWord> _words = [];

    public int Generation { get; } = generation;

    public int Turn { get; } = turn;

    public ReplyKind Kind { get; } = kind;

    /// <summary>What it answers; at commit the words as they are told.</summary>
    public string UserText { get; set; } = userText;

    /// <summary>When it was asked for.</summary>
    public TimeSpan PreparedAt { get; } = now;

    public ExpectedAnswer Expects { get; set; }

    /// <summary>The session closes for this reason once it has played.</summary>
    public string? CloseReason { get; set; }

    /// <summary>When the caller truly stopped speaking, on the session's clock; null where no turn is answered.</summary>
    public TimeSpan? SpeechEndAt { get; set; }

    public TimeSpan CommittedAt { get; set; }

    public Speculation Speculation { get; set; }

    public SampleCount Queued { get; private set; }

    public SampleCount Heard { get; private set; }

    public bool Ended { get; private set; }

    /// <summary>The turn's latency was told.</summary>
    public bool Measured { get; set; }

    public PauseCause Paused { get; set; }

    /// <summary>Since when it waits for a function of the client's; null where it does not.</summary>
    public TimeSpan? WaitsSince { get; set; }

    /// <summary>When the listener last got on with it, or could have begun to.</summary>
    public TimeSpan ProgressAt { get; set; } = now;

    /// <summary>When anything of it last arrived.</summary>
    public TimeSpan ActiveAt { get; set; } = now;

    public bool AllHeard => Ended && Heard >= Queued;

    public SampleCount Unheard => Queued - Heard;

    /// <summary>The share of what is queued that was heard.</summary>
    public double ShareHeard => Queued.Value == 0 ? 0 : Heard.Value / (double)Queued.Value;

    public bool IsQuestion
    {
        get
        {
            for (var i = _text.Length - 1; i >= 0; i--)
            {
                if (!char.IsWhiteSpace(_text[i]))
                {
                    return _text[i] == '?';
                }
            }

            return false;
        }
    }

    public void TakeText(string delta) => _text.Append(delta);

    public void TakeAudio(SampleCount queued, IReadOnlyList<SpokenWord>? words)
    {
        Queued = queued > Queued ? queued : Queued;
        if (words is not null)
        {
            _words.AddRange(words);
        }
    }

    public void End(SampleCount total)
    {
        Ended = true;
        Queued = total;
        Heard = Heard > total ? total : Heard;
    }

    /// <summary>The listener is at <paramref name="position"/>; true where that is further than before.</summary>
    public bool TakeHeard(SampleCount position)
    {
        var to = position > Queued ? Queued : position;
        if (to <= Heard)
        {
            return false;
        }

        Heard = to;
        return true;
    }

    public void HearAll() => Heard = Queued;

    /// <summary>What of its text was heard.</summary>
    public string HeardText() => AllHeard && Heard.Value > 0 ? _text.ToString().TrimEnd() : Replies.HeardText.Cut(_text.ToString(), _words, Heard);
}
