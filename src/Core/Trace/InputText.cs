using static Conversation.Core.Trace.TraceText;

namespace Conversation.Core.Trace;

/// <summary>Inputs as text and back.</summary>
internal static class InputText
{
    public static string Write(in SessionInput i) => i.Kind switch
    {
        InputKind.Opened => $"Opened restored={(i.Id != 0 ? "true" : "false")} lastTurn={i.Position}",
        InputKind.SpeechScored => $"SpeechScored end={i.Position} p={Number(i.Score)} level={Number(i.LevelDb)} pitch={Number(i.PitchHz)}",
        InputKind.Recognized => $"Recognized request={Number(i.Id)} confidence={Number(i.Score)} text={Quote(i.Text)}",
        InputKind.RecognizedProvisionally => $"RecognizedProvisionally request={Number(i.Id)} confidence={Number(i.Score)} text={Quote(i.Text)}",
        InputKind.RecognitionFailed => $"RecognitionFailed request={Number(i.Id)} reason={Quote(i.Text)}",
        InputKind.Typed => $"Typed text={Quote(i.Text)}",
        InputKind.TurnEnded => $"TurnEnded at={i.Position} keep={(i.Id != 0 ? "true" : "false")}",
        InputKind.ReplyWanted => $"ReplyWanted text={Quote(i.Text)}",
        InputKind.ReplyWaits => $"ReplyWaits generation={Number(i.Id)} waits={(i.Score > 0 ? "true" : "false")}",
        InputKind.Stopped => "Stopped",
        InputKind.ReplyText => $"ReplyText generation={Number(i.Id)} text={Quote(i.Text)}",
        InputKind.ReplyAudio => $"ReplyAudio generation={Number(i.Id)} queued={i.Position} words={Words(i.Body as IReadOnlyList<SpokenWord> ?? [])}",
        InputKind.ReplyEnded => $"ReplyEnded generation={Number(i.Id)} total={i.Position}",
        InputKind.ReplyFailed => $"ReplyFailed generation={Number(i.Id)} reason={Quote(i.Text)}",
        InputKind.Expects => $"Expects generation={Number(i.Id)} answer={(ExpectedAnswer)(int)i.Score}",
        InputKind.CloseAfterReply => $"CloseAfterReply generation={Number(i.Id)} reason={Quote(i.Text)}",
        InputKind.Played => $"Played generation={Number(i.Id)} heard={i.Position}",
        InputKind.ClientLost => "ClientLost",
        InputKind.ClientResumed => $"ClientResumed generation={Number(i.Id)} heard={i.Position}",
        InputKind.CloseRequested => $"CloseRequested reason={Quote(i.Text)}",
        InputKind.Tick => "Tick",
        _ => throw new ArgumentOutOfRangeException(nameof(i), i.Kind, "No such input."),
    };

    public static SessionInput Read(string line)
    {
        var space = line.IndexOf(' ');
        var f = new TraceFields(space < 0 ? [] : line.AsSpan(space));
        var input = (space < 0 ? line : line[..space]) switch
        {
            "Opened" => SessionInput.Opened(f.Flag("restored"), f.Int("lastTurn")),
            "SpeechScored" => SessionInput.SpeechScored(new(f.Long("end")), f.Float("p"), f.Float("level"), f.Float("pitch")),
            "Recognized" => Recognized(ref f, SessionInput.Recognized),
            "RecognizedProvisionally" => Recognized(ref f, SessionInput.RecognizedProvisionally),
            "RecognitionFailed" => SessionInput.RecognitionFailed(f.Int("request"), f.Text("reason")),
            "Typed" => SessionInput.Typed(f.Text("text")),
            "TurnEnded" => SessionInput.TurnEnded(new(f.Long("at")), f.Flag("keep")),
            "ReplyWanted" => SessionInput.ReplyWanted(f.Text("text")),
            "ReplyWaits" => SessionInput.ReplyWaits(f.Int("generation"), f.Flag("waits")),
            "Stopped" => SessionInput.Stopped(),
            "ReplyText" => SessionInput.ReplyText(f.Int("generation"), f.Text("text")),
            "ReplyAudio" => SessionInput.ReplyAudio(f.Int("generation"), new(f.Long("queued")), f.Words("words")),
            "ReplyEnded" => SessionInput.ReplyEnded(f.Int("generation"), new(f.Long("total"))),
            "ReplyFailed" => SessionInput.ReplyFailed(f.Int("generation"), f.Text("reason")),
            "Expects" => SessionInput.Expects(f.Int("generation"), f.Choice<ExpectedAnswer>("answer")),
            "CloseAfterReply" => SessionInput.CloseAfterReply(f.Int("generation"), f.Text("reason")),
            "Played" => SessionInput.Played(f.Int("generation"), new(f.Long("heard"))),
            "ClientLost" => SessionInput.ClientLost(),
            "ClientResumed" => SessionInput.ClientResumed(f.Int("generation"), new(f.Long("heard"))),
            "CloseRequested" => SessionInput.CloseRequested(f.Text("reason")),
            "Tick" => SessionInput.Tick(),
            var other => throw new FormatException($"No such input: '{other}'."),
        };
        f.End();
        return input;
    }

    private static SessionInput Recognized(ref TraceFields f, Func<int, string, float, SessionInput> make)
    {
        var request = f.Int("request");
        var confidence = f.Float("confidence");
        return make(request, f.Text("text"), confidence);
    }
}
