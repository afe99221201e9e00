using System.Runtime.CompilerServices;
using Conversation.Inference.Ports;
using Conversation.Inference.Remote.Wire;

namespace Conversation.Inference.Remote;

/// <summary>A tier spoken by another server (<c>POST /audio/speech</c>), clause by clause, as the sound comes.</summary>
public sealed class RemoteSynthesizer : IStreamingSynthesizer, IDisposable
{
    private const int BufferBytes = 16 << 10;

    private readonly RemoteSynthesisOptions options;
    private readonly RemoteClient client;

    /// <summary>Speaks <paramref name="tier"/> as <paramref name="options"/> say; <paramref name="standby"/> speaks where it does not.</summary>
    public RemoteSynthesizer(string tier, RemoteSynthesisOptions options, ISynthesizer? standby, RemoteServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        Engine = $"remote/{tier}";
        client = new RemoteClient($"synthesis/{tier}", options, services);
        Voices = [.. options.Voices.Select(voice => new Voice(voice, voice, options.Language, Engine))];
        Standby = standby;
    }

    /// <inheritdoc/>
    public string Engine { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Voice> Voices { get; }

    /// <inheritdoc/>
    public ISynthesizer? Standby { get; }

    /// <inheritdoc/>
    public string? StandbyVoice => options.StandbyVoice;

    /// <summary>What is wrong with the server at present, in words; null where all is well.</summary>
    public string? Degraded => client.Degraded;

    /// <inheritdoc/>
    public async Task<Synthesis> SynthesizeAsync(SynthesisRequest request, CancellationToken cancellation)
    {
        var began = client.Time.GetTimestamp();
        var samples = new List<float>();
        var rate = options.Rate;
        await foreach (var piece in StreamAsync(request, cancellation).ConfigureAwait(false))
        {
            samples.AddRange(piece.Samples);
            rate = piece.SampleRate;
        }

        return new Synthesis([.. samples], rate, null, TimeSpan.Zero, client.Time.GetElapsedTime(began));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SynthesisPiece> StreamAsync(SynthesisRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Text.Trim().Length is 0 or > SpeechBody.LongestInput)
        {
            throw new RemoteException(RemoteCause.BadRequest, $"A clause of {request.Text.Length} characters is not sent.");
        }

        using var permit = client.Enter(trial => TryAsync(request, trial));
        await using var speech = new Speech(this, request, permit, cancellation);
        while (await speech.NextAsync().ConfigureAwait(false) is { } samples)
        {
            yield return new SynthesisPiece(samples, speech.SampleRate);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>Asks for the same clause and drops it: whether the server is back, at nobody's cost in time.</summary>
    private async Task TryAsync(SynthesisRequest request, RemoteClient.Permit permit)
    {
        await using var speech = new Speech(this, request, permit, CancellationToken.None);
        while (await speech.NextAsync().ConfigureAwait(false) is not null)
        {
        }
    }

    /// <summary>One clause's answer being read.</summary>
    private sealed class Speech(RemoteSynthesizer owner, SynthesisRequest request, RemoteClient.Permit permit, CancellationToken cancellation) : IAsyncDisposable
    {
        private readonly CancellationTokenSource late = new(Timeout.InfiniteTimeSpan, owner.client.Time);
        private readonly AudioDecoder decoder = new(owner.options.Rate, (long)(owner.options.Longest.TotalSeconds * 48_000));
        private readonly byte[] buffer = new byte[BufferBytes];
        private readonly List<float> samples = [];
        private CancellationTokenSource? stop;
        private HttpResponseMessage? answer;
        private Stream? body;
        private bool any;
        private long firstAt;
        private double heard;

        public int SampleRate => decoder.SampleRate;

        /// <summary>The next samples, or null at the clause's end.</summary>
        public async Task<float[]?> NextAsync()
        {
            stop ??= CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
            try
            {
                if (answer is null)
                {
                    late.CancelAfter(owner.options.FirstByteWithin);
                    var json = SpeechBody.Write(request, owner.options);
                    answer = await owner.client.PostAsync("/audio/speech", () => Json(json), stop.Token).ConfigureAwait(false);
                    CheckType(answer.Content.Headers.ContentType?.MediaType);
                    body = await answer.Content.ReadAsStreamAsync(stop.Token).ConfigureAwait(false);
                }

                return await ReadAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                throw;
            }
            catch (OperationCanceledException)
            {
                throw permit.Failed(any
                    ? new RemoteException(RemoteCause.Stalled, $"nothing more within {owner.options.StallAfter.TotalSeconds:0.##} s")
                    : new RemoteException(RemoteCause.Timeout, $"no sound within {owner.options.FirstByteWithin.TotalSeconds:0.##} s"));
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                throw permit.Failed(RemoteClient.Classify(fault));
            }
        }

        public ValueTask DisposeAsync()
        {
            // Given up in the middle it was well so far. Closing an answer that is not read to its end closes the connection, and so stops the server.
            if (any)
            {
                permit.Succeeded();
            }

            answer?.Dispose();
            stop?.Dispose();
            late.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<float[]?> ReadAsync(CancellationToken token)
        {
            while (true)
            {
                var read = await body!.ReadAsync(buffer, token).ConfigureAwait(false);
                if ((read == 0 ? decoder.End() : decoder.Feed(buffer.AsSpan(0, read), samples)) is { } fault)
                {
                    throw new RemoteException(read == 0 ? RemoteCause.Broken : decoder.TooLong ? RemoteCause.TooLarge : RemoteCause.BadAnswer, fault);
                }

                if (samples.Count > 0)
                {
                    if (!any)
                    {
                        permit.FirstByte();
                        firstAt = owner.client.Time.GetTimestamp();
                    }

                    any = true;
                    heard += (double)samples.Count / SampleRate;
                    if (owner.client.Time.GetElapsedTime(firstAt).TotalSeconds - heard > owner.options.StallAfter.TotalSeconds)
                    {
                        // Whoever listens hears it in bits.
                        throw new RemoteException(RemoteCause.Stalled, $"slower than speech by more than {owner.options.StallAfter.TotalSeconds:0.##} s");
                    }

                    late.CancelAfter(owner.options.StallAfter);
                    float[] taken = [.. samples];
                    samples.Clear();
                    return taken;
                }

                if (read == 0)
                {
                    return any ? null : throw new RemoteException(RemoteCause.Empty, "an answer without sound");
                }
            }
        }

        private static void CheckType(string? type)
        {
            if (type is null or "application/octet-stream" or "audio/wav" or "audio/wave" or "audio/x-wav" or "audio/vnd.wave" || (type.StartsWith("audio/", StringComparison.Ordinal) && (type.Contains("pcm", StringComparison.Ordinal) || type == "audio/l16" || type == "audio/L16" || type == "audio/raw")))
            {
                return;
            }

            throw new RemoteException(RemoteCause.BadAnswer, $"'{type}' where sound was asked for");
        }

        private static ByteArrayContent Json(byte[] json)
        {
            var content = new ByteArrayContent(json);
            content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/json");
            return content;
        }
    }
}
