using System.Text;
using Conversation.Inference.Remote.Wire;

namespace Conversation.Inference.Tests.Remote;

public class TranscriptTests
{
    private const string Verbose = """
        {"task":"transcribe","language":"english","duration":2.5,"text":" Book a table. ","segments":[
        {"id":0,"seek":0,"start":0,"end":2,"text":"Book a","tokens":[1,2],"temperature":0,"avg_logprob":-0.1,"compression_ratio":1,"no_speech_prob":0.02},
        {"id":1,"seek":0,"start":2,"end":2.5,"text":"table.","tokens":[3],"temperature":0,"avg_logprob":-0.6,"compression_ratio":1,"no_speech_prob":0.02}]}
        """;

    private const string Events = """
        data: {"type":"transcript.text.delta","delta":"Book a"}

        : a comment
        event: whatever
        data: {"type":"transcript.text.delta","delta":" table."}

        data: {"type":"transcript.text.done","text":"Book a table.","logprobs":[{"token":"Book","logprob":-0.1,"bytes":[66]},{"token":" a","logprob":-0.3,"bytes":[32]}]}


        """;

    [Fact]
    public void Json_gives_the_words_and_no_confidence()
    {
        var (read, fault) = Transcript.Parse("""{"text":"Book a table.","usage":{"type":"duration","seconds":3}}"""u8);
        Assert.Null(fault);
        Assert.Equal(new Transcript("Book a table.", null), read);
    }

    [Fact]
    public void Verbose_json_tells_how_sure_it_is_by_the_length_of_its_segments()
    {
        var read = Transcript.Parse(Encoding.UTF8.GetBytes(Verbose)).Read!;
        Assert.Equal("Book a table.", read.Text);
        Assert.Equal(Math.Exp(((-0.1 * 2) + (-0.6 * 0.5)) / 2.5) * 0.98, read.Confidence!.Value, 3);
    }

    [Theory]
    [InlineData("""{"error":{"message":"The model is loading."}}""", "loading")]
    [InlineData("""{"detail":"x"}""", "without 'text'")]
    [InlineData("""{"text":7}""", "without 'text'")]
    [InlineData("[]", "without 'text'")]
    [InlineData("", "no JSON")]
    [InlineData("<html>", "no JSON")]
    [InlineData("""{"text":"\ud800"}""", "no JSON")]
    public void What_is_no_transcript_is_named(string body, string words) =>
        Assert.Contains(words, Transcript.Parse(Encoding.UTF8.GetBytes(body)).Fault, StringComparison.Ordinal);

    [Theory]
    [InlineData(1, "\n")]
    [InlineData(3, "\r\n")]
    [InlineData(1000, "\r")]
    public void Events_come_out_the_same_however_they_are_cut(int cut, string lineEnd)
    {
        var stream = Feed(Encoding.UTF8.GetBytes(Events.Replace("\n", lineEnd, StringComparison.Ordinal)), cut);
        Assert.Null(stream.Fault);
        Assert.Equal("Book a table.", stream.Done!.Text);
        Assert.Equal(Math.Exp(-0.2), stream.Done.Confidence!.Value, 3);
    }

    [Fact]
    public void A_done_by_the_chat_api_s_mark_is_taken_too() =>
        Assert.Equal("Hi there.", Feed("data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hi there.\"}\n\ndata: [DONE]\n\n"u8.ToArray(), 50).Done!.Text);

    [Theory]
    [InlineData("data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hi\"}\n\n", "before the words")]
    [InlineData("", "before the words")]
    [InlineData("data: {\"error\":{\"message\":\"Too busy.\"}}\n\n", "Too busy.")]
    [InlineData("data: nonsense\n\n", "no JSON")]
    public void Torn_or_bad_events_are_named(string events, string words) =>
        Assert.Contains(words, Feed(Encoding.UTF8.GetBytes(events), 7).Fault, StringComparison.Ordinal);

    [Fact]
    public void Neither_a_line_nor_an_event_nor_words_grow_without_end()
    {
        Assert.Contains("line", Feed([.. "data: "u8, .. Enumerable.Repeat((byte)'a', 1 << 19)], 4_096).Fault, StringComparison.Ordinal);
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("data: " + new string('a', 1_000) + "\n", 1_000)));
        Assert.Contains("event", Feed(lines, 4_096).Fault, StringComparison.Ordinal);
        var words = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("data: {\"type\":\"transcript.text.delta\",\"delta\":\"" + new string('a', 1_000) + "\"}\n\n", 1_000)));
        Assert.Contains("words", Feed(words, 4_096).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":{"message":"No such voice.","type":"x","param":null,"code":null}}""", "No such voice.")]
    [InlineData("""{"error":"No such voice."}""", "No such voice.")]
    [InlineData("""{"detail":{"message":"No such voice."}}""", "No such voice.")]
    [InlineData("""{"message":"a\nb\u0007c"}""", "a b c")]
    [InlineData("""{"detail":[{"loc":["body"]}]}""", "")]
    [InlineData("<html>", "")]
    public void What_a_server_says_is_found_and_made_safe_for_a_log(string body, string said) =>
        Assert.Equal(said, ErrorText.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Whatever_comes_the_parsers_neither_throw_nor_grow()
    {
        var seeds = new[] { Verbose, Events, """{"text":"Hi.","logprobs":[{"logprob":-0.5}]}""", """{"error":{"message":"No."}}""", "data: {\"text\":\"a\"}\r\n\r\ndata: [DONE]\r\n\r\n" }.Select(Encoding.UTF8.GetBytes).ToArray();
        foreach (var (bytes, random) in Mutations.Of(seeds, 30_000))
        {
            var (read, fault) = Transcript.Parse(bytes);
            Assert.True(read is null != fault is null);
            Assert.True(read?.Confidence is null or (>= 0 and <= 1));
            Assert.True(ErrorText.Read(bytes).Length <= 200);
            var stream = Feed(bytes, 1 + random.Next(64));
            Assert.True(stream.Done is null != stream.Fault is null);
            Assert.True(stream.Done is not { } done || (done.Text.Length <= bytes.Length && done.Confidence is null or (>= 0 and <= 1)));
        }
    }

    private static TranscriptStream Feed(byte[] bytes, int cut)
    {
        var stream = new TranscriptStream();
        for (var at = 0; at < bytes.Length; at += cut)
        {
            stream.Feed(bytes.AsSpan(at, Math.Min(cut, bytes.Length - at)));
        }

        stream.End();
        return stream;
    }
}
