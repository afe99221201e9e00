using System.Net;

namespace Conversation.Dialog.Chat;

/// <summary>
/// Tries again where a server is busy (429, 503, 529) or fails (5xx, no connection) before its first word, waiting as it asks by Retry-After, never longer than the caller can be kept waiting.
/// Below both SDKs, whose own retries are off, so that one policy holds for both.
/// </summary>
internal sealed class ChatRetryHandler(string setting, ResponderOptions options, TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null)
        {
            await request.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
        }

        for (var attempt = 0; ; attempt++)
        {
            TimeSpan? wait;
            ChatFailedException failure;
            try
            {
                var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    return response;
                }

                wait = Wait(response, attempt);
                failure = await FailureAsync(response, cancellationToken).ConfigureAwait(false);
                response.Dispose();
            }
            catch (HttpRequestException e)
            {
                wait = Backoff(attempt);
                failure = new ChatFailedException($"The chat server cannot be reached: {e.Message}", $"{setting}:BaseUrl", e);
            }

            if (attempt >= options.Retries || wait is not { } pause || pause > TimeSpan.FromMilliseconds(options.RetryWaitMs))
            {
                throw failure;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How long to wait before trying again; null where it would not help.</summary>
    private TimeSpan? Wait(HttpResponseMessage response, int attempt)
    {
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout) && (int)response.StatusCode < 500)
        {
            return null;
        }

        return response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero,
            _ => Backoff(attempt),
        };
    }

    private static TimeSpan Backoff(int attempt) => TimeSpan.FromMilliseconds(250 * (1 << Math.Min(attempt, 5)));

    private async Task<ChatFailedException> FailureAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        var said = body.Length > 300 ? body[..300] : body;
        var (message, name) = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ("The chat server refused the key", "ApiKeyVariable"),
            HttpStatusCode.NotFound => ("The chat server does not know the model or the address", "Model"),
            HttpStatusCode.TooManyRequests => ("The chat server's rate limit is reached", "RetryWaitMs"),
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => ("The chat server refused the request", "Model"),
            _ => ("The chat server failed", "BaseUrl"),
        };
        return new ChatFailedException($"{message} ({(int)response.StatusCode}): {said}", $"{setting}:{name}");
    }
}
