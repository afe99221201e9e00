using System.CommandLine;
using Conversation.Inference.Ports;
using Conversation.TestKit;

namespace Conversation.Evals;

/// <summary>"nonspeech": how much of what is no speech passes voice activity and comes out as words.</summary>
internal static class NonSpeechCommand
{
    public static Command Create()
    {
        var dir = new Option<DirectoryInfo>("--dir") { Required = true, Description = "Folder of WAV files without speech." };
        var gain = new Option<double>("--gain") { Description = "Change of level in dB." };
        var command = new Command("nonspeech", "What recognition invents on noise, with and without rejection, and what voice activity says.") { dir, gain };
        command.SetAction(async (arguments, cancellation) =>
        {
            using var voice = Engines.VoiceActivity();
            using var tiny = Engines.Recognizer("tiny");
            using var basic = Engines.Recognizer("base");
            using var rawTiny = Engines.Recognizer("tiny", rejection: Engines.NoRejection);
            using var rawBase = Engines.Recognizer("base", rejection: Engines.NoRejection);
            var (files, tinySpoke, baseSpoke) = (0, 0, 0);
            foreach (var file in arguments.GetValue(dir)!.GetFiles("*.wav").OrderBy(file => file.Name))
            {
                var samples = Recordings.Read(file.FullName, gainDb: arguments.GetValue(gain));
                float[] scores = [0, .. await VoiceScores.OfAsync(voice, samples)];
                var request = new RecognitionRequest("eval", RecognitionTier.Accurate);
                var (t, b) = (await tiny.RecognizeAsync(samples, request, cancellation), await basic.RecognizeAsync(samples, request, cancellation));
                var (rt, rb) = (await rawTiny.RecognizeAsync(samples, request, cancellation), await rawBase.RecognizeAsync(samples, request, cancellation));
                files++;
                tinySpoke += t.Text.Length > 0 ? 1 : 0;
                baseSpoke += b.Text.Length > 0 ? 1 : 0;
                Console.WriteLine($"{file.Name,-28} voice mean {scores.Average():0.00} max {scores.Max():0.00} over half {scores.Count(score => score > 0.5) * 32,4} ms");
                Console.WriteLine($"    tiny {rt.Confidence:0.00} '{Short(rt.Text)}' -> '{Short(t.Text)}'\n    base {rb.Confidence:0.00} '{Short(rb.Text)}' -> '{Short(b.Text)}'");
            }

            Console.WriteLine($"{files} files: tiny gave words for {tinySpoke}, base for {baseSpoke}");
        });
        return command;
    }

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
