using Conversation.Inference.Ports;
using Conversation.Inference.Remote;
using Conversation.TestKit;
using Conversation.TestKit.Remote;

namespace Conversation.Inference.Tests.Remote;

public sealed class RemoteRecognizerTests : IAsyncDisposable
{
    private readonly AudioApiServer server = new();
    private readonly ManualTime time = new();
    private readonly Rig rig;
    private readonly FixedRecognizer local = new("what was heard here");
    private readonly List<string> provisional = [];
    private RemoteRecognizer? made;

    public RemoteRecognizerTests() => rig = new Rig(time);

    public async ValueTask DisposeAsync()
    {
        made?.Dispose();
        rig.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_words_that_count_are_the_server_s_and_those_here_come_first()
    {
        var told = new TaskCompletionSource();
        server.Script = async call =>
        {
            await told.Task;
            await server.WellAsync(call);
        };
        var heard = await Recognizer().RecognizeAsync(Audio(), new RecognitionRequest("s", RecognitionTier.Accurate)
        {
            Provisional = words =>
            {
                provisional.Add(words.Text);
                told.SetResult();
            },
        }, default);
        Assert.Equal(("What the server heard.", 0.8f, "remote/ear-1"), (heard.Text, heard.Confidence, heard.Model));
        Assert.Equal(["what was heard here"], provisional);
    }

    [Fact]
    public async Task What_is_shown_while_the_caller_speaks_is_heard_here()
    {
        Assert.Equal("what was heard here", (await Recognizer().RecognizeAsync(Audio(), new RecognitionRequest("s", RecognitionTier.Quick), default)).Text);
        Assert.Equal("what was heard here", (await made!.RecognizeAsync(new float[800], new RecognitionRequest("s", RecognitionTier.Accurate), default)).Text);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task After_the_deadline_the_words_here_stand()
    {
        server.Script = call => call.HangAsync();
        var hearing = HearAsync(Recognizer());
        await UntilAsync(() => server.Requests.Count == 1);
        time.Advance(TimeSpan.FromMilliseconds(799));
        Assert.False(hearing.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("what was heard here", (await hearing).Text);
        Assert.Equal(1, rig.Fallbacks("timeout"));
    }

    [Theory]
    [InlineData("500", "server_error")]
    [InlineData("html", "bad_answer")]
    [InlineData("json error", "bad_answer")]
    [InlineData("cut", "broken")]
    [InlineData("no words", "empty")]
    [InlineData("endless", "too_large")]
    [InlineData("torn events", "bad_answer")]
    public async Task A_server_that_fails_costs_nothing_but_its_words(string kind, string cause)
    {
        server.Script = async call =>
        {
            switch (kind)
            {
                case "500":
                    await call.AnswerAsync(500, "text/plain", "");
                    break;
                case "html":
                    await call.AnswerAsync(200, "text/html", "<html>");
                    break;
                case "json error":
                    await call.AnswerAsync(200, "application/json", """{"error":{"message":"No."}}""");
                    break;
                case "cut":
                    await call.HeadAsync(200, "application/json");
                    await call.SendAsync("{\"te"u8.ToArray());
                    call.Cut();
                    break;
                case "no words":
                    await call.AnswerAsync(200, "application/json", """{"text":" "}""");
                    break;
                case "endless":
                    await call.HeadAsync(200, "application/json");
                    while (true)
                    {
                        await call.SendAsync(new byte[1 << 16]);
                    }

                default:
                    await call.AnswerAsync(200, "text/event-stream", "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hi\"}\n\n");
                    break;
            }
        };
        Assert.Equal("what was heard here", (await HearAsync(Recognizer())).Text);
        Assert.Equal(1, rig.Fallbacks(cause));
    }

    [Fact]
    public async Task Events_are_taken_and_not_waited_for_beyond_the_words()
    {
        server.Script = async call =>
        {
            await call.HeadAsync(200, "text/event-stream; charset=utf-8");
            await call.SendAsync("data: {\"type\":\"transcript.text.delta\",\"delta\":\"Book\"}\n\ndata: {\"type\":\"transcript.text.done\",\"text\":\"Book it.\"}\n\n"u8.ToArray());
            await call.HangAsync();
        };
        made = new RemoteRecognizer(local, Options() with { Stream = true }, rig.Services);
        Assert.Equal("Book it.", (await HearAsync(made)).Text);
        Assert.Equal("true", server.Requests.Single().Form()["stream"].Value);
    }

    [Fact]
    public async Task What_is_no_speech_here_is_none_unless_told_otherwise()
    {
        server.Transcript = "Thank you.";
        var deaf = new FixedRecognizer("") { Confidence = 0 };
        made = new RemoteRecognizer(deaf, Options(), rig.Services);
        Assert.Equal("", (await HearAsync(made)).Text);
        using var trusting = new RemoteRecognizer(deaf, Options() with { LocalMayReject = false }, rig.Services);
        var heard = await HearAsync(trusting);
        Assert.Equal(("Thank you.", 0.9f), (heard.Text, heard.Confidence));
        Assert.Empty(provisional);
    }

    [Fact]
    public async Task Where_the_model_here_fails_the_server_s_words_do_and_where_both_fail_it_is_told()
    {
        local.Failure = new LaneFullException("recognition", 1);
        Assert.Equal("What the server heard.", (await HearAsync(Recognizer())).Text);
        server.Script = call => call.AnswerAsync(500, "text/plain", "");
        await Assert.ThrowsAsync<LaneFullException>(() => HearAsync(made!));
    }

    [Fact]
    public async Task Giving_up_ends_the_request_and_counts_as_no_failure()
    {
        var gone = new TaskCompletionSource();
        server.Script = async call =>
        {
            await using var registration = call.Gone.Register(() => gone.TrySetResult());
            await call.HangAsync();
        };
        using var stop = new CancellationTokenSource();
        var hearing = Recognizer().RecognizeAsync(Audio(), new RecognitionRequest("s", RecognitionTier.Accurate), stop.Token);
        await UntilAsync(() => server.Requests.Count == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hearing);
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(rig.Counts.Keys, key => key.Contains("fallbacks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dead_server_is_left_alone_and_nobody_waits_for_it()
    {
        server.Script = call => call.AnswerAsync(500, "text/plain", "");
        Recognizer();
        for (var turn = 0; turn < 5; turn++)
        {
            Assert.Equal("what was heard here", (await HearAsync(made!)).Text);
        }

        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(3, rig.Fallbacks("open"));
        Assert.Contains("recognition", made!.Degraded, StringComparison.Ordinal);
        server.Script = null;
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("what was heard here", (await HearAsync(made!)).Text);
        await UntilAsync(() => made.Degraded is null);
        Assert.Equal("What the server heard.", (await HearAsync(made)).Text);
    }

    private Task<Recognition> HearAsync(RemoteRecognizer recognizer) =>
        recognizer.RecognizeAsync(Audio(), new RecognitionRequest("s", RecognitionTier.Accurate) { Provisional = words => provisional.Add(words.Text) }, default);

    private RemoteRecognizer Recognizer() => made = new RemoteRecognizer(local, Options(), rig.Services);

    private RemoteRecognitionOptions Options() => new() { BaseUrl = server.BaseUrl, Model = "ear-1" };

    private static async Task UntilAsync(Func<bool> so)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!so())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private static float[] Audio() => [.. Enumerable.Range(0, 16_000).Select(i => 0.1f * MathF.Sin(i * 0.1f))];
}
