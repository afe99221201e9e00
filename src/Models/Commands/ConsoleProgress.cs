using Conversation.Models.Pull;

namespace Conversation.Models.Commands;

/// <summary>A bar that redraws itself on a terminal; elsewhere a line every few per cent, so that a log stays short.</summary>
internal sealed class ConsoleProgress(TextWriter output, bool terminal, TimeProvider time) : IPullProgress
{
    private const int Width = 30;
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private long _total;
    private long _have;
    private long _early;
    private long _start;
    private long _drawn;
    private int _said = -1;

    public void Begin(long total)
    {
        lock (_gate)
        {
            (_total, _start) = (total, time.GetTimestamp());
        }
    }

    public void Add(long bytes)
    {
        lock (_gate)
        {
            _have += bytes;
            TimeSpan passed = time.GetElapsedTime(_start);
            if (passed < TimeSpan.FromMilliseconds(20))
            {
                // What an earlier run left behind says nothing about the speed.
                _early = _have;
            }

            int percent = _total == 0 ? 100 : (int)(_have * 100 / _total);
            if (terminal && (time.GetElapsedTime(_drawn) >= Redraw || _have == _total))
            {
                _drawn = time.GetTimestamp();
                int filled = Math.Clamp(percent * Width / 100, 0, Width);
                output.Write($"\r[{new string('#', filled)}{new string('.', Width - filled)}] {Text(percent, passed)}\e[K{(_have == _total ? "\n" : "")}");
            }
            else if (!terminal && percent / 10 > _said)
            {
                _said = percent / 10;
                output.WriteLine($"  {Text(percent, passed)}");
            }
        }
    }

    public void Say(string line)
    {
        lock (_gate)
        {
            output.WriteLine(terminal ? $"\r{line}\e[K" : line);
        }
    }

    private string Text(int percent, TimeSpan passed)
    {
        double speed = (_have - _early) / Math.Max(passed.TotalSeconds, 0.001);
        string left = speed > 0 && percent is > 0 and < 100 ? $", {TimeSpan.FromSeconds((_total - _have) / speed):m\\:ss} left" : "";
        return $"{percent,3} %  {_have / 1e6:0} of {_total / 1e6:0} MB, {speed / 1e6:0.0} MB/s{left}";
    }
}
