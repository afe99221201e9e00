using System.IO.Compression;
using Conversation.Audio;
using Conversation.Inference.Ports;
using Conversation.Inference.Remote;
using Conversation.TestKit;
using Conversation.TestKit.Remote;

namespace Conversation.Inference.Tests.Remote;

public sealed class RemoteSynthesizerTests : IAsyncDisposable
{
    private const string Words = "Good day to you.";
    private readonly AudioApiServer server = new();
    private readonly ManualTime time = new();
    private readonly Rig rig;
    private RemoteSynthesizer? made;

    public RemoteSynthesizerTests() => rig = new Rig(time);

    public async ValueTask DisposeAsync()
    {
        made?.Dispose();
        rig.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_whole_of_a_clause_comes_as_it_was_sent()
    {
        var speech = await Synthesizer().SynthesizeAsync(Request(), default);
        Assert.Equal(24_000, speech.SampleRate);
        Assert.Null(speech.PhonemeEnds);
        Assert.Equal(Sent(), speech.Samples);
        Assert.Equal(1, rig.Counts["conversation.remote.requests synthesis/studio"]);
        Assert.Null(made!.Degraded);
    }

    [Fact]
    public async Task Sound_is_given_on_before_the_rest_is_made()
    {
        var more = new TaskCompletionSource();
        server.Script = async call =>
        {
            await call.HeadAsync(200, "audio/pcm");
            await call.SendAsync(new byte[4_800]);
            await more.Task;
            await call.SendAsync(new byte[4_800]);
            await call.EndAsync();
        };
        await using var pieces = Synthesizer().StreamAsync(Request(), default).GetAsyncEnumerator();
        var first = 0;
        while (first < 2_400)
        {
            Assert.True(await pieces.MoveNextAsync());
            first += pieces.Current.Samples.Length;
        }

        Assert.Equal(2_400, first);
        more.SetResult();
        var rest = 0;
        while (await pieces.MoveNextAsync())
        {
            rest += pieces.Current.Samples.Length;
        }

        Assert.Equal(2_400, rest);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("wav")]
    [InlineData("wav without length")]
    [InlineData("no type")]
    [InlineData("length")]
    public async Task Other_ways_to_send_the_same_are_taken(string way)
    {
        server.Script = async call =>
        {
            var pcm = AudioApiServer.Speech(Words);
            var shorts = new short[pcm.Length / 2];
            Pcm.FromBytes(pcm, shorts);
            var wav = WavFile.Write(shorts, 24_000);
            if (way == "wav without length")
            {
                wav.AsSpan(40, 4).Fill(0xff);
            }

            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            {
                gzip.Write(pcm);
            }

            await (way switch
            {
                "gzip" => call.AnswerAsync(200, "audio/pcm", packed.ToArray(), "Content-Encoding: gzip"),
                "no type" => call.AnswerAsync(200, "application/octet-stream", pcm),
                "length" => call.AnswerAsync(200, "audio/pcm;rate=24000", pcm),
                _ => call.AnswerAsync(200, "audio/wav", wav),
            });
        };
        Assert.Equal(Sent(), (await Synthesizer().SynthesizeAsync(Request(), default)).Samples);
    }

    [Theory]
    [InlineData(500, "server_error")]
    [InlineData(503, "server_error")]
    [InlineData(400, "bad_request")]
    [InlineData(302, "bad_request")]
    [InlineData(401, "key_refused")]
    [InlineData(403, "key_refused")]
    [InlineData(404, "not_found")]
    [InlineData(429, "too_many")]
    public async Task A_refusal_is_told_by_its_cause_and_by_what_the_server_says(int status, string cause)
    {
        server.Script = call => call.AnswerAsync(status, "application/json", """{"error":{"message":"The reason."}}""");
        var fault = await FailsAsync(cause);
        Assert.Equal(cause != "key_refused", fault.Message.Contains("The reason.", StringComparison.Ordinal));
        Assert.Contains(rig.Log, line => line.Contains($"({cause})", StringComparison.Ordinal));
        Assert.DoesNotContain(rig.Log, line => line.Contains(Words, StringComparison.Ordinal));
    }

    public static TheoryData<string, string> BadAnswers => new()
    {
        { "json", "bad_answer" },
        { "html", "bad_answer" },
        { "mp3", "bad_answer" },
        { "ogg under another name", "bad_answer" },
        { "wav of 6 channels", "bad_answer" },
        { "torn gzip", "bad_answer" },
        { "empty", "empty" },
        { "endless", "too_large" },
        { "cut", "broken" },
        { "short", "broken" },
        { "cut chunk", "broken" },
        { "garbage", "broken" },
        { "closed", "broken" },
    };

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task An_answer_that_is_none_is_told_by_its_cause(string kind, string cause)
    {
        var pcm = AudioApiServer.Speech(Words);
        server.Script = async call =>
        {
            switch (kind)
            {
                case "json":
                    await call.AnswerAsync(200, "application/json", """{"error":{"message":"No."}}""");
                    break;
                case "html":
                    await call.AnswerAsync(200, "text/html", "<html>");
                    break;
                case "mp3":
                    await call.AnswerAsync(200, "audio/mpeg", pcm);
                    break;
                case "ogg under another name":
                    await call.AnswerAsync(200, "audio/pcm", "OggS and so on");
                    break;
                case "wav of 6 channels":
                    await call.AnswerAsync(200, "audio/wav", AudioDecoderTests.Header(1, 6, 24_000, 16, 100).ToArray());
                    break;
                case "torn gzip":
                    await call.AnswerAsync(200, "audio/pcm", "this is no gzip", "Content-Encoding: gzip");
                    break;
                case "empty":
                    await call.AnswerAsync(200, "audio/pcm", "");
                    break;
                case "endless":
                    await call.HeadAsync(200, "audio/pcm");
                    while (true)
                    {
                        await call.SendAsync(new byte[1 << 16]);
                    }

                case "cut":
                    await call.HeadAsync(200, "audio/pcm");
                    await call.SendAsync(pcm.AsMemory(0, 9_600));
                    call.Cut();
                    break;
                case "short":
                    await call.HeadAsync(200, "audio/pcm", $"Content-Length: {pcm.Length}");
                    await call.RawAsync(pcm.AsMemory(0, 9_600));
                    call.Cut();
                    break;
                case "cut chunk":
                    await call.HeadAsync(200, "audio/pcm");
                    await call.RawAsync("ffff\r\nabc"u8.ToArray());
                    call.Cut();
                    break;
                case "garbage":
                    await call.RawAsync("Hello, who are you?\r\n\r\n\r\n"u8.ToArray());
                    call.Cut();
                    break;
                default:
                    call.Cut();
                    break;
            }
        };
        await FailsAsync(cause);
    }

    [Fact]
    public async Task Nobody_there_is_told_as_such()
    {
        using var nobody = new RemoteSynthesizer("studio", Options() with { BaseUrl = "http://127.0.0.1:1/v1" }, null, rig.Services);
        Assert.Equal(RemoteCause.Unreachable, (await Assert.ThrowsAsync<RemoteException>(() => nobody.SynthesizeAsync(Request(), default))).Cause);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("head only")]
    public async Task A_first_sound_that_does_not_come_is_not_waited_for_longer(string until)
    {
        server.Script = async call =>
        {
            if (until == "head only")
            {
                await call.HeadAsync(200, "audio/pcm");
            }

            await call.HangAsync();
        };
        var speaking = Synthesizer().SynthesizeAsync(Request(), default);
        await AskedAsync(1);
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(speaking.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(RemoteCause.Timeout, (await Assert.ThrowsAsync<RemoteException>(() => speaking)).Cause);
        Assert.Equal(1, rig.Fallbacks("timeout"));
    }

    [Fact]
    public async Task A_clause_that_stands_still_is_given_up_with_what_there_was()
    {
        server.Script = async call =>
        {
            await call.HeadAsync(200, "audio/pcm");
            await call.SendAsync(new byte[9_600]);
            await call.HangAsync();
        };
        var heard = 0;
        var fault = await Assert.ThrowsAsync<RemoteException>(async () =>
        {
            await foreach (var piece in Synthesizer().StreamAsync(Request(), default))
            {
                heard += piece.Samples.Length;
                if (heard == 4_800)
                {
                    _ = Task.Run(() => time.Advance(TimeSpan.FromSeconds(1)));
                }
            }
        });
        Assert.Equal((RemoteCause.Stalled, 4_800), (fault.Cause, heard));
    }

    [Fact]
    public async Task Sound_that_comes_more_slowly_than_it_plays_is_given_up_once_it_is_too_far_behind()
    {
        var next = new SemaphoreSlim(0);
        server.Script = async call =>
        {
            await call.HeadAsync(200, "audio/pcm");
            while (true)
            {
                await call.SendAsync(new byte[4_800]);
                await next.WaitAsync(call.Gone);
            }
        };
        var heard = 0;
        var fault = await Assert.ThrowsAsync<RemoteException>(async () =>
        {
            await foreach (var piece in Synthesizer().StreamAsync(Request(), default))
            {
                // A tenth of a second of sound for each half of a second: 0.4 s further behind each time.
                heard += piece.Samples.Length;
                if (heard % 2_400 == 0)
                {
                    time.Advance(TimeSpan.FromMilliseconds(500));
                    next.Release();
                }
            }
        });
        Assert.Equal((RemoteCause.Stalled, 3 * 2_400), (fault.Cause, heard));
        Assert.Contains("slower than speech", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drip_is_taken_as_long_as_it_drips()
    {
        server.Script = async call =>
        {
            await call.HeadAsync(200, "audio/pcm");
            for (var i = 0; i < 50; i++)
            {
                await call.SendAsync(new byte[7]);
            }

            await call.EndAsync();
        };
        Assert.Equal(175, (await Synthesizer().SynthesizeAsync(Request(), default)).Samples.Length);
    }

    [Fact]
    public async Task A_caller_who_interrupts_ends_the_request_and_counts_as_no_failure()
    {
        var gone = new TaskCompletionSource();
        server.Script = async call =>
        {
            await call.HeadAsync(200, "audio/pcm");
            await call.SendAsync(new byte[9_600]);
            await using var registration = call.Gone.Register(() => gone.TrySetResult());
            await call.HangAsync();
        };
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var piece in Synthesizer().StreamAsync(Request(), stop.Token))
            {
                await stop.CancelAsync();
            }
        });
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(rig.Counts.Keys, key => key.Contains("fallbacks", StringComparison.Ordinal));
        Assert.Null(made!.Degraded);
    }

    [Fact]
    public async Task A_dead_server_is_left_alone_tried_on_the_side_and_used_again_once_it_is_back()
    {
        server.Script = call => call.AnswerAsync(500, "text/plain", "");
        await FailsAsync("server_error");
        await FailsAsync("server_error");
        await FailsAsync("open");
        Assert.Equal(2, server.Requests.Count);
        Assert.Contains("left alone", made!.Degraded, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromSeconds(5));
        await FailsAsync("open"); // and tries it on the side
        await UntilAsync(() => rig.Fallbacks("server_error") == 3);
        await FailsAsync("open");
        Assert.Equal(3, server.Requests.Count);

        server.Script = null;
        time.Advance(TimeSpan.FromSeconds(10));
        await FailsAsync("open");
        await UntilAsync(() => made.Degraded is null);
        Assert.Equal(Sent(), (await made.SynthesizeAsync(Request(), default)).Samples);
        Assert.Contains(rig.Log, line => line.Contains("is back", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_server_asks_to_wait_is_waited()
    {
        server.Script = call => call.AnswerAsync(429, "application/json", "{}", "Retry-After: 30");
        await FailsAsync("too_many");
        time.Advance(TimeSpan.FromSeconds(29));
        await FailsAsync("open");
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task No_more_than_so_many_are_asked_at_once()
    {
        server.Script = call => call.HangAsync();
        made = new RemoteSynthesizer("studio", Options() with { Concurrency = 2 }, null, rig.Services);
        using var stop = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 2).Select(_ => made.SynthesizeAsync(Request(), stop.Token)).ToArray();
        await AskedAsync(2);
        Assert.Equal(RemoteCause.Busy, (await Assert.ThrowsAsync<RemoteException>(() => made.SynthesizeAsync(Request(), default))).Cause);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting));
        server.Script = null;
        Assert.NotEmpty((await made.SynthesizeAsync(Request(), default)).Samples);
    }

    [Fact]
    public async Task The_key_is_sent_and_told_to_nobody()
    {
        const string variable = "CONVERSATION_TEST_KEY", key = "sk-very-secret-0123456789";
        Environment.SetEnvironmentVariable(variable, key);
        var options = Options() with { ApiKeyVariable = variable };
        server.Script = call => call.AnswerAsync(400, "application/json", "{\"error\":{\"message\":\"The key " + key + " is wrong.\"}}");
        made = new RemoteSynthesizer("studio", options, null, rig.Services);
        var fault = await Assert.ThrowsAsync<RemoteException>(() => made.SynthesizeAsync(Request(), default));
        Assert.Equal("Bearer " + key, server.Requests.Single().Headers["authorization"]);
        Assert.All([fault.ToString(), options.ToString(), new RemoteOptions { Synthesis = { ["studio"] = options } }.ToString(), .. rig.Log], text => Assert.DoesNotContain(key, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_of_options_are_named_all_at_once()
    {
        var faults = new RemoteOptions
        {
            Recognition = new RemoteRecognitionOptions { BaseUrl = "nowhere", Format = "srt", Deadline = TimeSpan.Zero, Language = "english" },
            Synthesis = { ["Bad Tier"] = new RemoteSynthesisOptions { BaseUrl = "http://user:secret@host", Model = "m", Format = "mp3", Rate = 23_000, ApiKeyVariable = "NO_SUCH_VARIABLE_HERE", OpenAfter = 0 } },
        }.Validate().ToList();
        Assert.All(
            new[] { "Recognition:BaseUrl", "Recognition:Model", "Recognition:Format", "Recognition:Deadline", "Recognition:Language", "'Bad Tier'", "Bad Tier:BaseUrl", "Bad Tier:Voices", "Bad Tier:Format", "Bad Tier:Rate", "NO_SUCH_VARIABLE_HERE", "OpenAfter" },
            part => Assert.Contains(faults, fault => fault.Contains(part, StringComparison.Ordinal)));
        Assert.DoesNotContain(faults, fault => fault.Contains("secret", StringComparison.Ordinal));
        Assert.Empty(new RemoteOptions { Synthesis = { ["studio"] = Options() } }.Validate());
    }

    private async Task<RemoteException> FailsAsync(string cause)
    {
        made ??= Synthesizer();
        var before = rig.Fallbacks(cause);
        var fault = await Assert.ThrowsAsync<RemoteException>(() => made.SynthesizeAsync(Request(), default));
        Assert.Equal(cause, RemoteException.NameOf(fault.Cause));
        Assert.Equal(before + 1, rig.Fallbacks(cause));
        return fault;
    }

    private RemoteSynthesizer Synthesizer() => made = new RemoteSynthesizer("studio", Options(), null, rig.Services);

    private RemoteSynthesisOptions Options() => new() { BaseUrl = server.BaseUrl, Model = "voice-1", Voices = ["alloy", "nova"], Longest = TimeSpan.FromSeconds(10) };

    private async Task AskedAsync(int requests) => await UntilAsync(() => server.Requests.Count >= requests);

    private static async Task UntilAsync(Func<bool> so)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!so())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private static SynthesisRequest Request() => new("s", "ɡˈʊd dˈA tə jˈu.", "nova") { Text = Words + " " };

    private static float[] Sent()
    {
        var bytes = AudioApiServer.Speech(Words);
        var shorts = new short[bytes.Length / 2];
        Pcm.FromBytes(bytes, shorts);
        return [.. shorts.Select(s => s / 32_768f)];
    }
}
