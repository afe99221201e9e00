using Conversation.Core;
using Conversation.Core.Endpointing;
using Conversation.Core.Trace;
using Conversation.Sessions.Moving;

namespace Conversation.Sessions.Hosting;

/// <summary>Makes cores from the host's options and a client's choices, recorded where the host asks for it.</summary>
internal sealed class CoreFactory(CoreOptions defaults, SessionHostOptions host)
{
    public HostedCore Create(string session, OpenSession request)
    {
        var options = Options(request.Settings, request.OutputRate);
        options = options with { Greet = options.Greet || request.Notice.Length > 0 };
        return Hosted(new JournalingCore(new SessionCore(options)), options, session, request.OutputRate);
    }

    /// <summary>The core of a session that another host froze, and what it had begun. A recording begins anew: it cannot be replayed from the middle.</summary>
    public HostedCore Restore(SessionMove move, out OutstandingEffects outstanding)
    {
        var core = move.Core.Restore(out outstanding);
        return new HostedCore(core, core, null, settings => Options(settings, move.Request.OutputRate));
    }

    private HostedCore Hosted(JournalingCore core, CoreOptions options, string session, int outputRate)
    {
        var writer = host.RecordTo.Length == 0 ? null : Recording(session);
        return new HostedCore(core, writer is null ? core : new RecordingCore(core, options, writer), writer, settings => Options(settings, outputRate));
    }

    private CoreOptions Options(SessionSettings settings, int outputRate) => defaults with
    {
        OutputRate = outputRate,
        Greet = settings.Greet ?? defaults.Greet,
        ResumeWithin = host.ResumeWithin,
        Turns = new()
        {
            EndThemselves = settings.TurnTaking != "manual",
            Answer = settings.TurnTaking is null or "automatic",
            Interrupt = settings.TurnTaking != "manual" && settings.Interruptible != false,
        },
        Idle = settings.IdleAfterMs switch
        {
            null => defaults.Idle,
            0 => defaults.Idle with { Prompts = 0, CloseAfterPrompts = false },
            { } ms => defaults.Idle with { After = TimeSpan.FromMilliseconds(ms), Prompts = Math.Max(defaults.Idle.Prompts, 1) },
        },
        Endpointing = settings.Endpointing is { } name ? EndpointingOptions.Preset(name) ?? defaults.Endpointing : defaults.Endpointing,
    };

    private StreamWriter Recording(string session)
    {
        Directory.CreateDirectory(host.RecordTo);
        return new StreamWriter(Path.Combine(host.RecordTo, session + ".txt"), append: false);
    }
}

/// <summary>A session's core with what belongs to it. Changed settings wait for the next input, so that the core is touched by its pump alone.</summary>
internal sealed class HostedCore(JournalingCore journal, IConfigurableCore core, TextWriter? recording, Func<SessionSettings, CoreOptions> options) : IMovableCore, IDisposable
{
    private CoreOptions? pending;

    public TimeSpan? NextDeadline => core.NextDeadline;

    public bool IsQuiet => journal.IsQuiet;

    public bool CanMove => journal.CanMove;

    public CoreSnapshot? Snapshot() => journal.Snapshot();

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
