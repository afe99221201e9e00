using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Conversation.Core;
using Conversation.Core.Interruption;
using Conversation.Core.Recognition;
using Conversation.Core.Replies;
using Conversation.Core.VoiceActivity;
using Conversation.Dialog;
using Conversation.Inference.Ports;
using Conversation.Sessions;
using Conversation.Sessions.Hosting;
using Conversation.Sessions.Pacing;
using Conversation.Sessions.Pump;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Conformance.Engines;

/// <summary>Engines that do what a test says, session by session. Shared by all hosts of a test; each host makes its own <see cref="SessionEngines"/> and <see cref="SessionFactory"/> of them.</summary>
public sealed class FakeEngines
{
    private readonly ConcurrentDictionary<string, SessionScript> scripts = new();
    private readonly TimeProvider time;

    public FakeEngines(TimeProvider? time = null)
    {
        this.time = time ?? TimeProvider.System;
        Recognizer = new ScriptedRecognizer(this);
        Speaker = new ScriptedSpeaker(this);
        Responders = new[] { "echo", "flow", "slow", "failing", "hangup", "keys" }.ToDictionary(name => name, name => (IResponder)new ScriptedResponder(name, this));
    }

    public static IReadOnlyDictionary<string, IReadOnlyList<Voice>> Voices { get; } = new Dictionary<string, IReadOnlyList<Voice>>
    {
        ["fast"] = [new("anna", "Anna", "en-US", "scripted"), new("ben", "Ben", "en-US", "scripted")],
        ["expressive"] = [new("clara", "Clara", "en-US", "scripted")],
    };

    /// <summary>Recognition answers before it returns: for a test that goes step by step.</summary>
    public bool AtOnce { get; init; }

    public ScriptedVoiceActivity VoiceActivity { get; } = new();

    public ScriptedRecognizer Recognizer { get; }

    public ScriptedSpeaker Speaker { get; }

    public IReadOnlyDictionary<string, IResponder> Responders { get; }

    public SessionCatalog Catalog { get; } = new()
    {
        Tiers = [.. Voices.Select(tier => new TierInfo(tier.Key, tier.Key, [.. tier.Value.Select(v => new VoiceInfo(v.Id, v.Name, v.Language))]))],
        Responders = ["echo", "failing", "flow", "hangup", "keys", "slow"],
        Device = "scripted",
    };

    /// <summary>Patient wherever the clock decides, so that a slow machine decides nothing: audio is pushed faster than it sounds, and what it says must be what counts.</summary>
    public CoreOptions Turns { get; } = new()
    {
        Greet = false,
        VoiceActivity = new VoiceActivityOptions { StallAfter = TimeSpan.FromSeconds(5) },
        Recognition = new RecognitionOptions { FinalWait = TimeSpan.FromSeconds(5), Timeout = TimeSpan.FromSeconds(60) },
        Interruption = new InterruptionOptions { DecideWithin = TimeSpan.FromSeconds(5), WordlessFor = TimeSpan.FromSeconds(20) },
        Reply = new ReplyOptions { FirstAudioWithin = TimeSpan.FromMinutes(2), MoreWithin = TimeSpan.FromMinutes(2), AcknowledgeWithin = TimeSpan.FromSeconds(30) },
        Idle = new IdleOptions { Prompts = 0 },
    };

    public SessionScript this[string session] => scripts.GetOrAdd(session, _ => new SessionScript());

    /// <summary>What one host shares among its sessions. Whoever asks disposes of the pacing thread.</summary>
    internal SessionEngines ForHost(ILoggerFactory? logging = null) => new(
        VoiceActivity,
        Recognizer,
        Speaker,
        Responders,
        // On the machine's clock whatever the session's is: it only looks, often, whether something is due.
        new PacingThread(TimeProvider.System, TimeSpan.FromMilliseconds(AtOnce ? 1 : 5), _ => { }),
        time,
        new SessionMetrics(new Meters()),
        logging ?? NullLoggerFactory.Instance);

    /// <summary>What makes one host's sessions.</summary>
    internal SessionFactory Factory(SessionEngines engines, SessionHostOptions options) => new(engines, Catalog, options, new CoreFactory(Turns, options));

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
