using System.Runtime.CompilerServices;
using Conversation.Speech;

namespace Conversation.Sessions.Hosting;

/// <summary>Speaks a text through the same speaker that the sessions use.</summary>
internal sealed class SpeechService(ISpeaker speaker, SessionCatalog catalog) : ISpeechService
{
    private const int MaxText = 5000;

    public Task<SpeechResult> SpeakAsync(SpeechRequest request, CancellationToken cancellation) => Task.FromResult(Speak(request, cancellation));

    private SpeechResult Speak(SpeechRequest request, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(request.Text))
        {
            return SpeechResult.Refused(new SessionFault("text_empty", "There is no text to speak.", "text"));
        }

        if (request.Text.Length > MaxText)
        {
            return SpeechResult.Refused(new SessionFault("text_too_long", $"A text holds at most {MaxText} characters; this one holds {request.Text.Length}.", "text"));
        }

        if (AudioRates.CheckOutput(request.Rate, "rate") is { } rate)
        {
            return SpeechResult.Refused(rate);
        }

        var settings = new SessionSettings { Tier = request.Tier, Voice = request.Voice, Speed = request.Speed };
        if (SettingsCheck.Check(settings, catalog) is { } fault)
        {
            return SpeechResult.Refused(fault);
        }

        var style = new SpeakingStyle(TierOf(request), request.Voice ?? "", request.Speed ?? 1);
        return new SpeechResult(RunAsync(request, style, cancellation), request.Rate, null);
    }

    /// <summary>A voice alone names its tier.</summary>
    private string TierOf(SpeechRequest request) =>
        request.Tier
        ?? catalog.Tiers.FirstOrDefault(t => t.Voices.Any(v => v.Id == request.Voice))?.Id
        ?? "fast";

    private async IAsyncEnumerable<ReadOnlyMemory<short>> RunAsync(SpeechRequest request, SpeakingStyle style, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var clause in speaker.SpeakAsync("speak", One(request.Text), style, request.Rate, cancellation).ConfigureAwait(false))
        {
            yield return clause.Pcm;
        }
    }

    private static async IAsyncEnumerable<string> One(string text)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return text;
    }
}
