using Conversation.Core;
using Conversation.Core.Endpointing;
using Conversation.Core.Trace;

namespace Conversation.Sessions.Hosting;

/// <summary>Makes cores from the host's options and a client's choices, recorded where the host asks for it.</summary>
internal sealed class CoreFactory(CoreOptions defaults, SessionHostOptions host)
{
    public HostedCore Create(string session, OpenSession request)
    {
        var options = Options(request.Settings, request.OutputRate);
        var writer = host.RecordTo.Length == 0 ? null : Recording(session);
        return new HostedCore(new RecordingCore(new SessionCore(options), options, writer), writer, settings => Options(settings, request.OutputRate));
    }

    private CoreOptions Options(SessionSettings settings, int outputRate) => defaults with
    {
        OutputRate = outputRate,
        Greet = settings.Greet ?? defaults.Greet,
        ResumeWithin = host.ResumeWithin,
        Endpointing = settings.Endpointing is { } name ? EndpointingOptions.Preset(name) ?? defaults.Endpointing : defaults.Endpointing,
    };

    private StreamWriter Recording(string session)
    {
        Directory.CreateDirectory(host.RecordTo);
        return new StreamWriter(Path.Combine(host.RecordTo, session + ".txt"), append: false);
    }
}

/// <summary>A session's core with what belongs to it. Changed settings wait for the next input, so that the core is touched by its pump alone.</summary>
internal sealed class HostedCore(RecordingCore core, TextWriter? recording, Func<SessionSettings, CoreOptions> options) : ISessionCore, IDisposable
{
    private CoreOptions? pending;

    public TimeSpan? NextDeadline => core.NextDeadline;

    public void Configure(SessionSettings settings) => Volatile.Write(ref pending, options(settings));

    public void Handle(in SessionInput input, TimeSpan now)
    {
        if (Interlocked.Exchange(ref pending, null) is { } changed)
        {
            core.Configure(changed);
        }

        core.Handle(input, now);
    }

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SessionOutput? output) => core.TryTake(out output);

    public void Dispose() => recording?.Dispose();
}
