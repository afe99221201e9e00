namespace Conversation.Core.Trace;

/// <summary>A session that writes down what goes in and comes out. With no writer it only passes on, and costs nothing.</summary>
public sealed class RecordingCore : IConfigurableCore
{
    private readonly IConfigurableCore _inner;
    private readonly TextWriter? _writer;
    private TimeSpan _now;

    /// <summary>Records <paramref name="inner"/>, made with <paramref name="options"/>, into <paramref name="writer"/> from now on. The writer stays the caller's to flush and close.</summary>
    public RecordingCore(IConfigurableCore inner, CoreOptions options, TextWriter? writer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _writer = writer;
        Line(writer is null ? "" : SessionTrace.Header(options));
    }

    /// <inheritdoc/>
    public TimeSpan? NextDeadline => _inner.NextDeadline;

    /// <inheritdoc/>
    public void Handle(in SessionInput input, TimeSpan now)
    {
        _now = now;
        if (_writer is not null)
        {
            Line(SessionTrace.Write(input, now));
        }

        _inner.Handle(input, now);
    }

    /// <inheritdoc/>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SessionOutput? output)
    {
        var taken = _inner.TryTake(out output);
        if (taken && _writer is not null)
        {
            Line(SessionTrace.Write(output!, _now));
        }

        return taken;
    }

    /// <summary>Takes other options from the next turn on, and writes that down.</summary>
    public void Configure(CoreOptions options)
    {
        _inner.Configure(options);
        if (_writer is not null)
        {
            Line(SessionTrace.Configured(options, _now));
        }
    }

    // Always "\n", so that a recording is the same bytes everywhere.
    private void Line(string text)
    {
        _writer?.Write(text);
        _writer?.Write('\n');
    }
}
