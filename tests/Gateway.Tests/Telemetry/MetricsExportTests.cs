using System.Net;
using System.Text;
using Conversation.Gateway.Telemetry;
using Conversation.Gateway.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Conversation.Gateway.Tests.Telemetry;

public sealed class MetricsExportTests
{
    [Fact]
    public async Task What_is_measured_arrives_at_the_address_by_the_name_of_the_process()
    {
        await using var collector = await Collector.Start();
        var gateway = await TestGateway.Start("--Telemetry:OtlpEndpoint", $"{collector.Address}v1/metrics", "--Telemetry:Instance", "silo-7");
        gateway.Services.GetRequiredService<GatewayMetrics>().Opened("new");
        // The last of it is sent when the gateway is taken down: nothing is waited for here.
        await gateway.DisposeAsync();

        var sent = Assert.Single(collector.Received);
        Assert.Equal("/v1/metrics", sent.Path);
        Assert.Equal("application/x-protobuf", sent.Type);
        foreach (var name in new[] { "service.name", "conversation", "silo-7", "gateway.sessions.opened" })
        {
            Assert.Contains(name, sent.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_meter_besides_our_own_is_sent_only_where_it_is_named()
    {
        await using var collector = await Collector.Start();
        foreach (var settings in new string[][] { [], ["--Telemetry:Meters:0", "Else.*"] })
        {
            var gateway = await TestGateway.Start(["--Telemetry:OtlpEndpoint", $"{collector.Address}x", .. settings]);
            gateway.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>().Create(new System.Diagnostics.Metrics.MeterOptions("Else.Where")).CreateCounter<int>("else.counted").Add(1);
            await gateway.DisposeAsync();
        }

        Assert.Equal([false, true], collector.Received.Select(sent => sent.Body.Contains("else.counted", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_an_address_there_is_nothing_to_send_with()
    {
        await using var gateway = await TestGateway.Start();
        Assert.Null(gateway.Services.GetService<MetricsExport>());
    }

    [Fact]
    public async Task Every_fault_is_told_at_once()
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => TestGateway.Start("--Telemetry:OtlpEndpoint", "collector:4318", "--Telemetry:Every", "00:00:00"));
        Assert.Equal(2, fault.Failures.Count());
        fault = await Assert.ThrowsAsync<OptionsValidationException>(() => TestGateway.Start("--Telemetry:Every", "often"));
        Assert.Contains("often", Assert.Single(fault.Failures), StringComparison.Ordinal);
    }

    /// <summary>Takes whatever is posted to it.</summary>
    private sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        public List<(string Path, string? Type, string Body)> Received { get; } = [];

        public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/";

        public static async Task<Collector> Start()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var collector = new Collector(app);
            app.Run(collector.Take);
            await app.StartAsync();
            return collector;
        }

        private async Task Take(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            lock (Received)
            {
                // Names stand in protobuf as they are.
                Received.Add((context.Request.Path, context.Request.ContentType, Encoding.UTF8.GetString(body.ToArray())));
            }

            context.Response.StatusCode = (int)HttpStatusCode.OK;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
