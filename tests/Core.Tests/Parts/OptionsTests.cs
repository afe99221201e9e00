using Conversation.Core.Endpointing;

namespace Conversation.Core.Tests.Parts;

public sealed class OptionsTests
{
    [Fact]
    public void Defaults_and_presets_are_valid()
    {
        Assert.Empty(new CoreOptions().Faults());
        Assert.All(EndpointingOptions.Presets, name => Assert.Empty(new CoreOptions { Endpointing = EndpointingOptions.Preset(name)! }.Faults()));
        Assert.Null(EndpointingOptions.Preset("hasty"));
    }

    [Fact]
    public void Every_fault_is_told_at_once_by_name_and_range()
    {
        var options = new CoreOptions
        {
            OutputRate = 1,
            VoiceActivity = new() { Enter = 2, Leave = float.NaN },
            Endpointing = new() { Complete = TimeSpan.FromSeconds(9) },
            Idle = new() { Prompts = -1 },
        };
        var fault = Assert.Throws<ArgumentException>(() => new SessionCore(options));
        Assert.Contains("OutputRate is 1; it must be 8000 to 48000.", fault.Message, StringComparison.Ordinal);
        Assert.Contains("VoiceActivity.Enter is 2", fault.Message, StringComparison.Ordinal);
        Assert.Contains("VoiceActivity.Leave is NaN", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Endpointing.Complete is 9000 ms; it must be 100 to 3000 ms.", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Endpointing.Uncertain is 704 ms", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Idle.Prompts is -1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_do_not_replace_right_ones() =>
        Assert.Throws<ArgumentException>(() => new SessionCore(new()).Configure(new() { OutputRate = 0 }));
}
