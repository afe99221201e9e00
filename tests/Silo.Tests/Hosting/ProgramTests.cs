using Conversation.Silo.Hosting;
using Conversation.Silo.Options;
using Conversation.Silo.Tests.Support;
using Microsoft.Extensions.Options;

namespace Conversation.Silo.Tests.Hosting;

public sealed class ProgramTests
{
    [Fact]
    public void The_defaults_are_sound() => Assert.Empty(new SiloOptions().Validate());

    [Fact]
    public void A_cluster_is_sound_with_a_connection_alone() =>
        Assert.Empty(new SiloOptions { Clustering = "postgres", ConnectionString = "Host=db;Username=u;Password=p" }.Validate());

    [Fact]
    public void Every_fault_is_told_at_once_and_no_password()
    {
        var faults = new SiloOptions
        {
            Clustering = "postgres",
            ConnectionString = "Password=secret",
            ClusterId = "",
            SiloPort = 70_000,
            Address = "0.0.0.0",
            HttpAddress = "talk.example",
            DrainWithin = TimeSpan.FromHours(2),
            ProbeTimeout = TimeSpan.FromMilliseconds(10),
            MissedProbes = 0,
            Inference = "maybe",
        }.Validate().ToArray();
        Assert.Equal(9, faults.Length);
        foreach (var name in new[] { "ConnectionString", "ClusterId", "SiloPort", "Address is", "HttpAddress", "DrainWithin", "ProbeTimeout", "MissedProbes", "Inference" })
        {
            Assert.Single(faults, fault => fault.Contains($"Silo:{name}", StringComparison.Ordinal));
        }

        Assert.DoesNotContain(faults, fault => fault.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_silo_by_itself_must_compute() => Assert.Single(new SiloOptions { Inference = "off" }.Validate());

    [Fact]
    public void Faults_of_silo_and_gateway_are_told_together()
    {
        var fault = Assert.Throws<OptionsValidationException>(() => TestSilo.Build("--Silo:MissedProbes=0", "--Gateway:MaxFaults=0"));
        Assert.Equal(2, fault.Failures.Count());
    }

    [Theory]
    [InlineData(0, "as Orleans grains", "--help")]
    [InlineData(0, ".", "--version")]
    [InlineData(2, "'sing' is not a command here", "sing")]
    [InlineData(2, "Silo:Clustering is 'azure'", "--Silo:Clustering", "azure")]
    [InlineData(2, "Silo:SiloPort", "--Silo:SiloPort", "many")]
    [InlineData(1, "does not answer", "--Silo:Clustering", "postgres", "--Silo:ConnectionString", "Host=127.0.0.1;Port=1;Username=u;Password=p", "--Silo:ConnectWithin", "00:00:00")]
    public async Task Arguments_do_what_the_usage_says(int code, string says, params string[] args)
    {
        var output = new StringWriter();
        Assert.Equal(code, await SiloProgram.Run(args, output, output));
        Assert.Contains(says, output.ToString(), StringComparison.Ordinal);
    }
}
