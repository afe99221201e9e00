using Conversation.Inference.Ports;
using Conversation.Inference.Remote.Wire;

namespace Conversation.Inference.Remote;

/// <summary>
/// Recognition by another server (<c>POST /audio/transcriptions</c>) of the words that count; what is being heard meanwhile is told by the recogniser here, whose words also come first and stand
/// where the server's do not come in time.
/// </summary>
public sealed class RemoteRecognizer(IRecognizer local, RemoteRecognitionOptions options, RemoteServices services) : IRecognizer, IDisposable
{
    /// <summary>What servers refuse as too short.</summary>
    private const int FewestSamples = 1_600;

    /// <summary>What a transcript may weigh.</summary>
    private const int MostBytes = 1 << 20;

    /// <summary>How sure words are whose server does not say, where the model here is not asked either.</summary>
    private const float Unsaid = 0.9f;

    private readonly RemoteClient client = new("recognition", options, services);

    /// <summary>What is wrong with the server at present, in words; null where all is well.</summary>
    public string? Degraded => client.Degraded;

    /// <inheritdoc/>
    public async Task<Recognition> RecognizeAsync(ReadOnlyMemory<float> samples, RecognitionRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Tier != RecognitionTier.Accurate || samples.Length < FewestSamples)
        {
            return await local.RecognizeAsync(samples, request, cancellation).ConfigureAwait(false);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = AskAsync(samples, stop.Token);
        try
        {
            return await BetterAsync(samples, request, asked, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<Recognition> BetterAsync(ReadOnlyMemory<float> samples, RecognitionRequest request, Task<(Transcript Words, TimeSpan Took)> asked, CancellationToken cancellation)
    {
        Recognition here;
        try
        {
            here = await local.RecognizeAsync(samples, request with { Provisional = null }, cancellation).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // The model here failed: the server's words are all there is.
            if (await WordsAsync(asked, cancellation).ConfigureAwait(false) is { } only)
            {
                return Of(only.Words, Unsaid, only.Took);
            }

            throw;
        }

        if (here.Text.Length == 0 && options.LocalMayReject)
        {
            return here;
        }

        if (here.Text.Length > 0 && !asked.IsCompleted)
        {
            request.Provisional?.Invoke(here);
        }

        return await WordsAsync(asked, cancellation).ConfigureAwait(false) is { } better ? Of(better.Words, options.LocalMayReject ? here.Confidence : Unsaid, better.Took) : here;
    }

    private Recognition Of(Transcript words, float unsaid, TimeSpan took) => new(words.Text, words.Confidence ?? unsaid, TimeSpan.Zero, took, $"remote/{options.Model}");

    /// <summary>Null where they are not to be had.</summary>
    private static async Task<(Transcript Words, TimeSpan Took)?> WordsAsync(Task<(Transcript Words, TimeSpan Took)> asked, CancellationToken cancellation)
    {
        try
        {
            return await asked.ConfigureAwait(false);
        }
        catch (RemoteException)
        {
            cancellation.ThrowIfCancellationRequested();
            return null;
        }
    }

    private async Task<(Transcript Words, TimeSpan Took)> AskAsync(ReadOnlyMemory<float> samples, CancellationToken cancellation)
    {
        // Off the caller's thread: a minute of speech takes a moment to write.
        await Task.Yield();
        using var permit = client.Enter(trial => TranscribeAsync(samples, trial, CancellationToken.None));
        return (await TranscribeAsync(samples, permit, cancellation).ConfigureAwait(false), permit.Took);
    }

    private async Task<Transcript> TranscribeAsync(ReadOnlyMemory<float> samples, RemoteClient.Permit permit, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(options.Deadline, client.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            var wav = TranscriptionForm.Wav(samples.Span);
            using var answer = await client.PostAsync("/audio/transcriptions", () => TranscriptionForm.Write(wav, options), stop.Token).ConfigureAwait(false);
            var words = await ReadAsync(answer, stop.Token).ConfigureAwait(false);
            permit.FirstByte();
            permit.Succeeded();
            return words.Text.Length > 0 ? words : throw permit.Unused(new RemoteException(RemoteCause.Empty, "a transcript without words"));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            throw permit.Failed(new RemoteException(RemoteCause.Timeout, $"no words within {options.Deadline.TotalSeconds:0.##} s"));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            throw permit.Failed(RemoteClient.Classify(fault));
        }
    }

    private static async Task<Transcript> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var type = answer.Content.Headers.ContentType?.MediaType;
        if (type is not (null or "application/json" or "text/event-stream"))
        {
            throw new RemoteException(RemoteCause.BadAnswer, $"'{type}' where a transcript was asked for");
        }

        var events = type == "text/event-stream" ? new TranscriptStream() : null;
        using var whole = new MemoryStream();
        using var body = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[8 << 10];
        for (long total = 0; ;)
        {
            var read = await body.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            total += read;
            if (total > MostBytes)
            {
                throw new RemoteException(RemoteCause.TooLarge, $"a transcript of more than {MostBytes} bytes");
            }

            if (events is null)
            {
                whole.Write(buffer, 0, read);
            }
            else if (read == 0)
            {
                events.End();
            }
            else
            {
                events.Feed(buffer.AsSpan(0, read));
            }

            // Once it is there, the end of the connection is not waited for.
            if (events?.Fault is { } fault)
            {
                throw new RemoteException(RemoteCause.BadAnswer, fault);
            }

            if (events?.Done is { } done)
            {
                return done;
            }

            if (read == 0)
            {
                var (words, wrong) = Transcript.Parse(whole.GetBuffer().AsSpan(0, (int)whole.Length));
                return words ?? throw new RemoteException(RemoteCause.BadAnswer, wrong!);
            }
        }
    }
}
