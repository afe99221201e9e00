using System.Collections.Concurrent;
using System.Net.Sockets;
using Conversation.Audio;
using Conversation.Gateway.Hosting;
using Conversation.Sessions;
using Conversation.Sessions.Composition;
using Conversation.TestKit;
using Conversation.TestKit.Telephony;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Conversation.Bench.Calls;

/// <summary>How many words are heard wrong that a caller says through a telephone at 8 kHz mu-law: one call for each recording.</summary>
internal static class WerBench
{
    public static async Task<bool> Run(string[] ways, string folder, string transcripts, int most)
    {
        var events = new ConcurrentQueue<SessionEvent>();
        var (audioSocket, ari, http) = (AsteriskServer.FreePort(ProtocolType.Tcp), AsteriskServer.FreePort(ProtocolType.Tcp), AsteriskServer.FreePort(ProtocolType.Tcp));
        string[] settings = [.. Scene.Settings(audioSocket, ari), "--urls", $"http://127.0.0.1:{http}", "--Store:Path", "", "--Sessions:Responder", "echo"];
        await using var app = GatewayProgram.Build(settings, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services.AddConversation(builder.Configuration);
            var real = builder.Services.Last(service => service.ServiceType == typeof(ISessions));
            builder.Services.Remove(real);
            builder.Services.AddSingleton<ISessions>(provider => new Overheard((ISessions)real.ImplementationFactory!(provider), events));
        });
        await app.StartAsync();
        await using var asterisk = await AsteriskServer.Start(Scene.Plan(audioSocket), Scene.Clients(http), ari: ari);
        await Task.Delay(TimeSpan.FromSeconds(2));
        var good = true;
        var lines = File.ReadLines(transcripts).Where(line => line.Contains('\t', StringComparison.Ordinal)).Select(line => line.Split('\t', 2)).Take(most).ToList();
        foreach (var way in ways)
        {
            var errors = default(WordErrors);
            await using var phone = await Baresip.Start("5551234567", asterisk.SipPort);
            foreach (var line in lines)
            {
                events.Clear();
                var wav = WavFile.Read(Path.Combine(folder, line[0]));
                var pcm = new short[Resampler.Convert(wav.Samples, wav.SampleRate, 8_000).Length];
                Pcm.ToShort(Resampler.Convert(wav.Samples, wav.SampleRate, 8_000), pcm);
                await phone.Dial(way, asterisk.SipPort);
                await Task.Delay(1_000);
                phone.Play(pcm);
                await Task.Delay((pcm.Length / 8) + 2_500);
                phone.HangUp();
                for (var tries = 0; tries < 100 && !events.OfType<SessionEvent.Closed>().Any(); tries++)
                {
                    await Task.Delay(20);
                }

                // A turn that went on after it seemed to be over is told again, whole.
                var heard = string.Join(' ', events.OfType<SessionEvent.HypothesisFinal>().GroupBy(final => final.Turn).Select(turn => turn.Last().Text));
                var wrong = WordErrors.Between(line[1], heard);
                errors += wrong;
                if (wrong.Errors > 0)
                {
                    Harness.Line($"    {wrong.Errors,2} {line[0]}{Environment.NewLine}       said  {line[1]}{Environment.NewLine}       heard {heard}");
                }
            }

            good &= errors.Rate <= 0.09;
            Harness.Line($"  {way,-14} {lines.Count} recordings, {errors.ReferenceWords} words: word error rate {errors.Rate:P1} ({errors.Substitutions} substituted, {errors.Deletions} left out, {errors.Insertions} added)");
        }

        await app.StopAsync();
        return good;
    }

    private sealed class Overheard(ISessions real, ConcurrentQueue<SessionEvent> events) : ISessions
    {
        public SessionCatalog Catalog => real.Catalog;

        public Task<OpenResult> OpenAsync(OpenSession request, ISessionClient client, CancellationToken cancellation) => real.OpenAsync(request, new Ear(client, events), cancellation);
    }

    private sealed class Ear(ISessionClient client, ConcurrentQueue<SessionEvent> events) : ISessionClient
    {
        public bool TrySendAudio(int generation, long position, ReadOnlySpan<short> pcm) => client.TrySendAudio(generation, position, pcm);

        public void Send(SessionEvent message)
        {
            client.Send(message);
            events.Enqueue(message);
        }
    }
}
