using static Conversation.Core.Trace.TraceText;

namespace Conversation.Core.Trace;

/// <summary>Outputs as text.</summary>
internal static class OutputText
{
    public static string Write(SessionOutput output) => output switch
    {
        SessionOutput.Recognize o => $"Recognize request={Number(o.Request)} start={o.Start} end={o.End} final={(o.Final ? "true" : "false")}",
        SessionOutput.CancelRecognition o => $"CancelRecognition request={Number(o.Request)}",
        SessionOutput.ReleaseAudio o => $"ReleaseAudio position={o.Position}",
        SessionOutput.SpeechStarted o => $"SpeechStarted position={o.Position}",
        SessionOutput.SpeechStopped o => $"SpeechStopped position={o.Position}",
        SessionOutput.HypothesisDelta o => $"HypothesisDelta turn={Number(o.Turn)} text={Quote(o.Text)}",
        SessionOutput.HypothesisFinal o => $"HypothesisFinal turn={Number(o.Turn)} text={Quote(o.Text)}",
        SessionOutput.PrepareReply o => $"PrepareReply generation={Number(o.Generation)} turn={Number(o.Turn)} kind={o.Kind} user={Quote(o.UserText)}{(o.Wanted ? " wanted=true" : "")}",
        SessionOutput.CommitReply o => $"CommitReply generation={Number(o.Generation)} turn={Number(o.Turn)}",
        SessionOutput.CancelReply o => $"CancelReply generation={Number(o.Generation)} reason={o.Reason}",
        SessionOutput.PausePlayout o => $"PausePlayout generation={Number(o.Generation)}",
        SessionOutput.ResumePlayout o => $"ResumePlayout generation={Number(o.Generation)}",
        SessionOutput.ReplayFrom o => $"ReplayFrom generation={Number(o.Generation)} from={o.From}",
        SessionOutput.InterruptionJudged o => $"InterruptionJudged generation={Number(o.Generation)} outcome={o.Outcome}",
        SessionOutput.TurnMeasured o => $"TurnMeasured turn={Number(o.Turn)} generation={Number(o.Generation)} speculation={o.Speculation} speechEndToCommit={Time(o.SpeechEndToCommit)} commitToAudio={Time(o.CommitToAudio)} speechEndToAudio={Time(o.SpeechEndToAudio)}",
        SessionOutput.TurnCompleted o => $"TurnCompleted turn={Number(o.Turn)} interrupted={(o.Interrupted ? "true" : "false")} user={Quote(o.UserText)} heard={Quote(o.ReplyHeard)}",
        SessionOutput.Fault o => $"Fault code={o.Code} message={Quote(o.Message)}",
        SessionOutput.Closed o => $"Closed reason={Quote(o.Reason)}",
        _ => throw new ArgumentOutOfRangeException(nameof(output), output, "No such output."),
    };
}
