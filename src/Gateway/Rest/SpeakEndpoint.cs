using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.RateLimiting;
using Conversation.Sessions;
using Microsoft.AspNetCore.Http.Features;

namespace Conversation.Gateway.Rest;

/// <summary><c>POST /api/speak</c>: a text in, a WAV out. So many at once, so many waiting, the rest told to come back.</summary>
internal sealed class SpeakEndpoint(GatewayOptions options, GatewayMetrics metrics, TimeProvider time) : IDisposable
{
    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.SpeakConcurrency,
        QueueLimit = options.SpeakQueue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public void Dispose() => limiter.Dispose();

    public async Task<IResult> Handle(HttpContext context, ISpeechService? speech)
    {
        if (speech is null)
        {
            return Problems.From(new SessionFault("not_offered", "This host speaks in sessions only."), StatusCodes.Status501NotImplemented);
        }

        var (request, fault) = await Read(context).ConfigureAwait(false);
        if (request is null)
        {
            return Problems.From(fault!, StatusCodes.Status400BadRequest);
        }

        using var lease = await limiter.AcquireAsync(1, context.RequestAborted).ConfigureAwait(false);
        if (!lease.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "2";
            return Problems.From(new SessionFault("busy", "Too many texts are waiting to be spoken. Try again in a moment."), StatusCodes.Status429TooManyRequests);
        }

        var began = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(options.SpeakTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try
        {
            return await Speak(speech, request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return Problems.From(new SessionFault("timeout", $"Speaking this took longer than {options.SpeakTimeout.TotalSeconds:0} s. Send less at once.", "text"), StatusCodes.Status504GatewayTimeout);
        }
        finally
        {
            metrics.Spoke(time.GetElapsedTime(began));
        }
    }

    private static async Task<IResult> Speak(ISpeechService speech, SpeechRequest request, CancellationToken cancellation)
    {
        var result = await speech.SpeakAsync(request, cancellation).ConfigureAwait(false);
        if (result.Audio is null)
        {
            var fault = result.Fault ?? new SessionFault("internal", "The server failed at this.");
            return Problems.From(fault, StatusFor(fault.Code));
        }

        // A WAV tells its length first, so the whole is made before any is sent; the text's bound is what bounds it.
        using var wav = new MemoryStream();
        wav.SetLength(WavHeader.Length);
        wav.Position = WavHeader.Length;
        await foreach (var piece in result.Audio.WithCancellation(cancellation).ConfigureAwait(false))
        {
            Append(wav, piece.Span);
        }

        var bytes = wav.ToArray();
        WavHeader.Write(bytes, result.Rate, bytes.Length - WavHeader.Length);
        return TypedResults.Bytes(bytes, "audio/wav", "speech.wav");
    }

    private static int StatusFor(string code) => code switch
    {
        "busy" or "starting" or "server_stopping" => StatusCodes.Status503ServiceUnavailable,
        "internal" => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status400BadRequest,
    };

    private static void Append(MemoryStream wav, ReadOnlySpan<short> samples)
    {
        if (BitConverter.IsLittleEndian)
        {
            wav.Write(MemoryMarshal.AsBytes(samples));
            return;
        }

        Span<byte> pair = stackalloc byte[2];
        foreach (var sample in samples)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt16LittleEndian(pair, sample);
            wav.Write(pair);
        }
    }

    private async Task<(SpeechRequest? Request, SessionFault? Fault)> Read(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // Six bytes a character is the most JSON makes of one.
            limit.MaxRequestBodySize = (options.SpeakMaxTextLength * 6) + 4_096;
        }

        SpeakRequest? body;
        try
        {
            body = await JsonSerializer.DeserializeAsync(context.Request.Body, SpeakJson.Default.SpeakRequest, context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException fault)
        {
            return (null, new SessionFault("bad_request", $"The body is not the JSON object expected here{(fault.Path is { Length: > 0 } path ? $" (at {path})" : "")}.", fault.Path is { Length: > 2 } at ? at[2..] : null));
        }
        catch (BadHttpRequestException)
        {
            return (null, TextFault());
        }

        if (string.IsNullOrWhiteSpace(body?.Text) || body.Text.Length > options.SpeakMaxTextLength)
        {
            return (null, TextFault());
        }

        if (body.Speed is { } speed && !(speed >= 0.5f && speed <= 2f))
        {
            return (null, new SessionFault("bad_setting", "speed is a pace from 0.5 to 2.", "speed"));
        }

        return AudioRates.CheckOutput(body.Rate ?? 24_000, "rate") is { } rate
            ? (null, rate)
            : (new SpeechRequest { Text = body.Text, Tier = body.Tier, Voice = body.Voice, Speed = body.Speed, Rate = body.Rate ?? 24_000 }, null);
    }

    private SessionFault TextFault() => new("bad_text", $"text holds 1 to {options.SpeakMaxTextLength} characters.", "text");
}
