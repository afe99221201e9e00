using Conversation.Conformance.Engines;
using Conversation.Inference.Ports;
using Conversation.Inference.Remote;
using Conversation.Sessions.Composition;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Sessions.Tests.Composition;

public class RemoteEnginesTests
{
    private static readonly RemoteSynthesisOptions Voice = new() { BaseUrl = "http://127.0.0.1:1/v1", Model = "voice-1", Voices = ["nova", "alloy"] };

    private readonly DevicePorts own = new()
    {
        Device = "cpu",
        VoiceActivity = new ScriptedVoiceActivity(),
        Recognizer = new FakeEngines().Recognizer,
        Synthesizers = new Dictionary<string, ISynthesizer> { ["fast"] = new Silent("vits"), ["expressive"] = new Silent("kokoro") },
    };

    [Fact]
    public void Where_none_is_named_everything_is_as_it_was()
    {
        using var engines = Engines(new RemoteOptions());
        Assert.Same(own.Recognizer, engines.Ports.Recognizer);
        Assert.Equal(own.Synthesizers, engines.Ports.Synthesizers);
        Assert.Null(engines.NameOf("fast"));
        Assert.Empty(engines.Degraded);
    }

    [Fact]
    public void A_tier_of_its_own_has_the_fast_one_stand_in_and_a_tier_of_ours_its_own()
    {
        using var engines = Engines(new RemoteOptions { Synthesis = { ["studio"] = Voice with { Name = "Studio" }, ["expressive"] = Voice } });
        Assert.Equal(["expressive", "fast", "studio"], engines.Ports.Synthesizers.Keys.Order());
        Assert.Same(own.Synthesizers["fast"], Standby("studio"));
        Assert.Same(own.Synthesizers["expressive"], Standby("expressive"));
        Assert.Equal(("Studio", "expressive"), (engines.NameOf("studio"), engines.NameOf("expressive")));
        Assert.Equal(["nova", "alloy"], engines.Ports.Synthesizers["studio"].Voices.Select(v => v.Id));

        ISynthesizer? Standby(string tier) => Assert.IsType<RemoteSynthesizer>(engines.Ports.Synthesizers[tier]).Standby;
    }

    [Fact]
    public void Ears_and_voices_are_mixed_as_one_likes()
    {
        using var engines = Engines(new RemoteOptions { Recognition = new RemoteRecognitionOptions { BaseUrl = "http://127.0.0.1:1/v1", Model = "ear-1" } });
        Assert.IsType<RemoteRecognizer>(engines.Ports.Recognizer);
        Assert.Equal(own.Synthesizers, engines.Ports.Synthesizers);
    }

    [Theory]
    [InlineData("nowhere", null, "Standby is 'nowhere'")]
    [InlineData("fast", "nobody", "StandbyVoice is 'nobody'")]
    public void A_stand_in_that_is_not_there_is_named_with_those_that_are(string tier, string? voice, string words)
    {
        var fault = Assert.Throws<ArgumentException>(() => Engines(new RemoteOptions { Synthesis = { ["studio"] = Voice with { Standby = tier, StandbyVoice = voice } } }));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Contains(voice is null ? "expressive" : "vits-voice", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_come_from_the_configuration_and_faults_name_them()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Engines:Remote:Recognition:BaseUrl"] = "http://ears/v1",
            ["Engines:Remote:Recognition:Model"] = "ear-1",
            ["Engines:Remote:Recognition:Deadline"] = "00:00:00.6",
            ["Engines:Remote:Synthesis:studio:BaseUrl"] = "http://voices/v1",
            ["Engines:Remote:Synthesis:studio:Voices:0"] = "nova",
            ["Engines:Remote:Synthesis:studio:Voices:1"] = "alloy",
        }).Build();
        var options = configuration.Get<ConversationOptions>()!;
        Assert.Equal(TimeSpan.FromMilliseconds(600), options.Engines.Remote.Recognition!.Deadline);
        Assert.Equal(["nova", "alloy"], options.Engines.Remote.Synthesis["studio"].Voices);
        var fault = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(options.Validated);
        Assert.Equal("Engines:Remote:Synthesis:studio:Model is missing: the model's name at the server.", Assert.Single(fault.Failures));
    }

    private RemoteEngines Engines(RemoteOptions options) => new(options, own, new RemoteServices(new RemoteMetrics(new Meters()), NullLoggerFactory.Instance, TimeProvider.System));

    private sealed class Silent(string engine) : ISynthesizer
    {
        public string Engine => engine;

        public IReadOnlyList<Voice> Voices { get; } = [new(engine + "-voice", "Voice", "en-US", engine)];

        public Task<Synthesis> SynthesizeAsync(SynthesisRequest request, CancellationToken cancellation) => throw new NotSupportedException();
    }

    private sealed class Meters : System.Diagnostics.Metrics.IMeterFactory
    {
        public System.Diagnostics.Metrics.Meter Create(System.Diagnostics.Metrics.MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
