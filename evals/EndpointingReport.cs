using Conversation.Core;
using Conversation.Core.Endpointing;

namespace Conversation.Evals;

/// <summary>Counts and prints. Cut off: reply audio was heard before the caller went on. Opened again: a reply was committed, and the caller went on before it was heard.</summary>
internal sealed class EndpointingReport(bool show)
{
    private readonly List<(bool Synthetic, bool CutOff, bool Committed)> _pauses = [];
    private readonly List<(bool Synthetic, double Commit, double Sound, Speculation Speculation, int Early)> _ends = [];
    private int _unanswered;

    /// <summary>What was judged, for working on the judgement.</summary>
    public List<string> Moments { get; } = [];

    /// <summary>A thinking pause: what was committed in it, of all that was committed.</summary>
    public void TakePause(EndpointingClip clip, int words, TimeSpan from, TimeSpan resumed, IReadOnlyList<EndpointingCommit> commits, EndOfTurn judged)
    {
        var within = commits.FirstOrDefault(c => c.At >= from && c.At < resumed);
        var cut = within?.SoundedAt < resumed;
        _pauses.Add((clip.Synthetic, cut, within is not null));
        if (show)
        {
            var tokens = EndpointingClip.Tokens(clip.Text);
            Console.WriteLine($"{(cut ? "CUT " : within is not null ? "open" : "ok  ")} {(within is null ? "    " : $"{(within.At - from).TotalMilliseconds,4:0}")} {Told(judged)} {string.Join(' ', tokens[..words])} | {string.Join(' ', tokens[words..])}{(within is null ? "" : $"   <- {within.Words}")}");
        }
    }

    /// <summary>The true end. Replies within the prompt are those in its own pauses.</summary>
    public void TakeWhole(EndpointingClip clip, TimeSpan end, IReadOnlyList<EndpointingCommit> commits, EndOfTurn judged)
    {
        var answered = commits.LastOrDefault(static c => c.SoundedAt is not null);
        if (answered?.SoundedAt is not { } sounded || answered.At < end)
        {
            _unanswered++;
            Line("none", 0, answered?.Words ?? "-");
            return;
        }

        var early = commits.Count(c => c.SoundedAt < end);
        _ends.Add((clip.Synthetic, (answered.At - end).TotalMilliseconds, (sounded - end).TotalMilliseconds, answered.Speculation, early));
        Line("end ", (answered.At - end).TotalMilliseconds, answered.Words);

        void Line(string kind, double ms, string words)
        {
            if (show)
            {
                Console.WriteLine($"{kind} {ms,4:0} {Told(judged)} {clip.Text}{(words.Length == clip.Text.Length ? "" : $"   <- {words}")}");
            }
        }
    }

    /// <summary>What the words were worth, what the voice added, and the pause.</summary>
    private static string Told(EndOfTurn judged) => FormattableString.Invariant($"[{judged.Words:0.00} {judged.Voice,5:+0.00;-0.00} {judged.Pause.TotalMilliseconds,4:0}]");

    public void TakeMoment(string kind, EndpointingClip clip, string words, (float Score, float Level, float Pitch)[] facts, TimeSpan before)
    {
        var last = Array.FindLastIndex(facts, Math.Min(facts.Length - 1, before == TimeSpan.MaxValue ? facts.Length - 1 : (int)(before.TotalMilliseconds / 32) - 1), static f => f.Score >= 0.35f);
        var voice = facts.Take(last + 1).Select(static f => FormattableString.Invariant($"{f.Score:0.00}/{f.Level:0}/{f.Pitch:0}"));
        Moments.Add($"{kind}\t{clip.Name}\t{words}\t{string.Join(' ', voice)}");
    }

    public void Print()
    {
        Print("recorded", static synthetic => !synthetic);
        Print("synthetic", static synthetic => synthetic);
        Print("all", static _ => true);
        Console.WriteLine($"clips without an answer after their end: {_unanswered}");
    }

    private void Print(string name, Func<bool, bool> of)
    {
        var pauses = _pauses.Where(p => of(p.Synthetic)).ToList();
        var ends = _ends.Where(e => of(e.Synthetic)).ToList();
        if (ends.Count == 0)
        {
            return;
        }

        Console.WriteLine(
            $"{name,-9}: {pauses.Count} pauses: {Share(pauses.Count(static p => !p.CutOff), pauses.Count)} not cut off ({pauses.Count(static p => p is { Committed: true, CutOff: false })} opened again); "
            + $"{ends.Count} ends: commit p50 {At(ends.Select(static e => e.Commit), 0.5):0} p95 {At(ends.Select(static e => e.Commit), 0.95):0} ms, "
            + $"audio p50 {At(ends.Select(static e => e.Sound), 0.5):0} p95 {At(ends.Select(static e => e.Sound), 0.95):0} ms; "
            + $"speculation hit {Share(ends.Count(static e => e.Speculation == Speculation.Hit), ends.Count)}, within the prompt {ends.Sum(static e => e.Early)} replies sounded");
    }

    private static string Share(int part, int all) => all == 0 ? "-" : FormattableString.Invariant($"{100.0 * part / all:0.0} %");

    private static double At(IEnumerable<double> values, double share) => values.Order().ToList() is var sorted ? sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)] : 0;
}
