using Conversation.Inference.Ports;

namespace Conversation.Speech.Tests.Support;

/// <summary>Ten milliseconds of tone for each phoneme; counts, waits and fails on demand.</summary>
internal sealed class FakeSynthesizer(string engine, bool knowsEnds = true) : ISynthesizer
{
    public string Engine => engine;

    public IReadOnlyList<Voice> Voices { get; } = [new(engine + "-one", "One", "en-US", engine), new(engine + "-two", "Two", "en-US", engine)];

    public List<SynthesisRequest> Requests { get; } = [];

    public Exception? Failure { get; set; }

    public TaskCompletionSource? Gate { get; set; }

    public async Task<Synthesis> SynthesizeAsync(SynthesisRequest request, CancellationToken cancellation)
    {
        lock (Requests)
        {
            Requests.Add(request);
        }

        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(cancellation);
        }

        cancellation.ThrowIfCancellationRequested();
        if (Failure is not null)
        {
            throw Failure;
        }

        var samples = new float[request.Phonemes.Length * 160];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = 0.1f * MathF.Sin(i * 0.1f);
        }

        return new Synthesis(samples, 16_000, knowsEnds ? [.. Enumerable.Range(1, request.Phonemes.Length).Select(i => i * 160)] : null, TimeSpan.Zero, TimeSpan.Zero);
    }
}
