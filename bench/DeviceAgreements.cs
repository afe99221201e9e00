using System.Numerics.Tensors;
using Conversation.Inference.Kaldi;
using Conversation.Inference.Onnx;
using Conversation.Inference.Onnx.VoiceActivity;
using Conversation.Inference.Ports;
using Conversation.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace Conversation.Bench;

/// <summary>
/// Every model on the CPU and on the device, over the same sentences. The bounds are wide enough for another order of sums and for TF32 (ten bits of mantissa, which
/// the provider uses for products of floats on Ampere and later), and too narrow for a wrong kernel, which is off by orders.
/// </summary>
internal sealed class DeviceAgreements(DeviceArguments arguments, ModelCatalog models, IReadOnlyList<SpokenSentence> sentences)
{
    // Speech begins above 0.5 and ends below 0.35: a hundredth moves that by no window.
    private const double ProbabilityBound = 0.01;

    // Of the largest value. TF32 alone is about 0.001 a layer.
    private const double EncoderBound = 0.02;

    // Below 1 dB two spectra are told apart by nobody.
    private const double SpectrumBound = 1;

    // Intents are told apart by steps of some 0.05.
    private const double CosineBound = 0.995;

    public async Task<IReadOnlyList<DeviceAgreement>> FindAsync(DeviceEngines cpu)
    {
        using var device = await DeviceEngines.LoadAsync(new DeviceSetup(arguments.Device, Steady: true), models);
        List<DeviceAgreement> all = [VoiceActivity()];
        foreach (var (tier, artifact) in new[] { (RecognitionTier.Quick, "moonshine-tiny"), (RecognitionTier.Accurate, "moonshine-base") })
        {
            all.Add(Encoder(artifact));
            all.Add(await WordsAsync(artifact, tier, cpu, device));
        }

        all.AddRange(await SpeechAsync("vits", "fast", cpu, device));
        all.AddRange(await SpeechAsync("kokoro", "expressive", cpu, device));
        all.Add(await EmbeddingAsync(cpu, device));
        return all;
    }

    private DeviceAgreement VoiceActivity()
    {
        var path = models.PathOf("silero-vad-v6", "silero_vad_v6.onnx");
        using var here = new SileroModel(path, 1, NullLogger.Instance);
        using var there = new SileroModel(path, 1, NullLogger.Instance, new DeviceOptions { Device = arguments.Device });
        double worst = 0;
        var windows = 0;
        foreach (var model in (SileroModel[])[here, there])
        {
            Array.Clear(model.State);
            Array.Clear(model.Input);
        }

        foreach (var sentence in sentences)
        {
            for (var at = 0; at + IVoiceActivity.WindowSamples <= sentence.Samples.Length; at += IVoiceActivity.WindowSamples, windows++)
            {
                foreach (var model in (SileroModel[])[here, there])
                {
                    // Each remembers by its own state, so that a difference may grow.
                    model.Input.AsSpan(IVoiceActivity.WindowSamples, SileroModel.Context).CopyTo(model.Input);
                    sentence.Samples.AsSpan(at, IVoiceActivity.WindowSamples).CopyTo(model.Input.AsSpan(SileroModel.Context));
                    model.Run(1);
                    model.NextState.CopyTo(model.State.AsSpan());
                }

                worst = Math.Max(worst, Math.Abs(here.Probability[0] - there.Probability[0]));
            }
        }

        return new("silero", "probability, max |Δ|", worst, $"≤ {ProbabilityBound}", there.Device == arguments.Device && worst <= ProbabilityBound, $"{windows} windows");
    }

    private DeviceAgreement Encoder(string artifact)
    {
        var path = models.PathOf(artifact, "encoder_model.onnx");
        using var here = OnnxModel.Load(path, new DeviceOptions(), NullLogger.Instance);
        using var there = OnnxModel.Load(path, new DeviceOptions { Device = arguments.Device }, NullLogger.Instance);
        double worst = 0;
        foreach (var sentence in sentences)
        {
            using var samples = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, sentence.Samples.AsMemory(), [1, sentence.Samples.Length]);
            using var one = here.Session.Run(OnnxModel.Plain, ["input_values"], [samples], ["last_hidden_state"]);
            using var two = there.Session.Run(OnnxModel.Plain, ["input_values"], [samples], ["last_hidden_state"]);
            var a = one[0].GetTensorDataAsSpan<float>();
            var b = two[0].GetTensorDataAsSpan<float>();
            if (a.Length != b.Length)
            {
                return new(artifact + " encoder", "max |Δ| ÷ max |x|", 1, $"≤ {EncoderBound}", false, $"{a.Length} values against {b.Length}");
            }

            var difference = new float[a.Length];
            TensorPrimitives.Subtract(a, b, difference);
            worst = Math.Max(worst, Math.Abs(TensorPrimitives.MaxMagnitude<float>(difference)) / Math.Abs(TensorPrimitives.MaxMagnitude(a)));
        }

        return new(artifact + " encoder", "max |Δ| ÷ max |x|", worst, $"≤ {EncoderBound}", there.Device == arguments.Device && worst <= EncoderBound, $"{sentences.Count} sentences");
    }

    private async Task<DeviceAgreement> WordsAsync(string artifact, RecognitionTier tier, DeviceEngines cpu, DeviceEngines device)
    {
        List<string> differ = [];
        foreach (var sentence in sentences)
        {
            var here = await HearAsync(cpu, sentence.Samples, tier);
            var there = await HearAsync(device, sentence.Samples, tier);
            if (here != there)
            {
                differ.Add($"\"{here}\" against \"{there}\"");
            }
        }

        return new(artifact, "sentences with other words", differ.Count, "none", differ.Count == 0, differ.Count == 0 ? $"{sentences.Count} sentences" : string.Join("; ", differ));
    }

    private async Task<IEnumerable<DeviceAgreement>> SpeechAsync(string model, string tier, DeviceEngines cpu, DeviceEngines device)
    {
        if (cpu.Synthesizer(tier) is not { } here || device.Synthesizer(tier) is not { } there)
        {
            return [];
        }

        double spectrum = 0, own = 0, length = 0;
        List<string> differ = [];
        foreach (var sentence in sentences)
        {
            var request = new SynthesisRequest("agreement", sentence.Phonemes, here.Voices[0].Id);
            var first = await here.SynthesizeAsync(request, default);
            var second = await here.SynthesizeAsync(request, default);
            var other = await there.SynthesizeAsync(request, default);

            // A model with randomness inside differs from itself, too: the device may not differ more than that.
            own = Math.Max(own, Apart(first.Samples, second.Samples));
            spectrum = Math.Max(spectrum, Apart(first.Samples, other.Samples));
            length = Math.Max(length, Math.Abs(other.Samples.Length - first.Samples.Length) / (double)first.Samples.Length);
            var (said, saidThere) = (await HearAsync(cpu, DeviceSpeech.To16k(first), RecognitionTier.Accurate), await HearAsync(cpu, DeviceSpeech.To16k(other), RecognitionTier.Accurate));
            if (said != saidThere)
            {
                differ.Add($"\"{said}\" against \"{saidThere}\"");
            }
        }

        var bound = SpectrumBound + (own * 1.25);
        return
        [
            new(model, "log spectra apart, dB", spectrum, FormattableString.Invariant($"≤ {bound:0.00}"), spectrum <= bound, FormattableString.Invariant($"the CPU from itself {own:0.00}")),
            new(model, "length apart", length, "≤ 0.03", length <= 0.03, "a rounded duration may tip by a frame"),
            new(model, "sentences read back in other words", differ.Count, "none", differ.Count == 0, differ.Count == 0 ? $"{sentences.Count} sentences, by the CPU's recogniser" : string.Join("; ", differ)),
        ];
    }

    private async Task<DeviceAgreement> EmbeddingAsync(DeviceEngines cpu, DeviceEngines device)
    {
        double least = 1;
        foreach (var sentence in sentences)
        {
            var here = await cpu.Embedder.EmbedAsync(sentence.Text, default);
            var there = await device.Embedder.EmbedAsync(sentence.Text, default);
            least = Math.Min(least, TensorPrimitives.Dot<float>(here, there));
        }

        return new("minilm", "least cosine", least, $"≥ {CosineBound}", least >= CosineBound, $"{sentences.Count} sentences");
    }

    private static async Task<string> HearAsync(DeviceEngines engines, float[] samples, RecognitionTier tier)
    {
        var heard = await engines.Recognizer.RecognizeAsync(samples, new RecognitionRequest("agreement", tier), default);
        return string.Join(' ', new string([.. heard.Text.ToLowerInvariant().Select(c => char.IsLetterOrDigit(c) || c == '\'' ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>
    /// The mean over frames of the root mean square of the difference of log spectra, in dB; what is 60 dB below the loudest counts as equally silent.
    /// Where a rounded duration made one longer, frames no longer lie on each other: then the spectra of the whole are compared.
    /// </summary>
    private static double Apart(float[] a, float[] b)
    {
        var (one, two) = (Spectra(a), Spectra(b));
        if (a.Length != b.Length)
        {
            (one, two) = ([Mean(one)], [Mean(two)]);
        }

        var floor = one.Max(frame => frame.Max()) * 1e-6;
        return one.Zip(two, (x, y) => Math.Sqrt(x.Zip(y, (p, q) => Math.Pow(10 * Math.Log10(Math.Max(p, floor) / Math.Max(q, floor)), 2)).Average())).Average();
    }

    private static float[] Mean(List<float[]> spectra) => [.. Enumerable.Range(0, spectra[0].Length).Select(bin => spectra.Average(frame => frame[bin]))];

    private static List<float[]> Spectra(float[] samples)
    {
        const int size = 512, hop = 256;
        var fourier = new Fourier(size);
        var window = new float[size];
        List<float[]> all = [];
        for (var at = 0; at == 0 || at + size <= samples.Length; at += hop)
        {
            for (var i = 0; i < size; i++)
            {
                window[i] = at + i < samples.Length ? samples[at + i] * (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / size))) : 0;
            }

            all.Add(new float[(size / 2) + 1]);
            fourier.Power(window, all[^1]);
        }

        return all;
    }
}
