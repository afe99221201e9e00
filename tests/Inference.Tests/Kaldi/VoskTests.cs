using System.Numerics.Tensors;
using System.Text.Json;
using Conversation.Inference.Kaldi;

namespace Conversation.Inference.Tests.Kaldi;

/// <summary>Our vectors are those of Vosk's own library; Voices/README.md says how its were made.</summary>
public sealed class VoskTests
{
    private static readonly SpeakerOptions Options = new() { Directory = SpeakerFactAttribute.Folder };

    [SpeakerFact]
    public void Vectors_are_those_of_vosk()
    {
        var model = new SpeakerModel(Options.NetworkPath, Options.MeanPath, Options.TransformPath);
        var mfcc = new Mfcc(MfccOptions.Read(Options.MfccPath));
        var vosk = JsonSerializer.Deserialize<Dictionary<string, float[]>>(Voices.Text("vosk.json"))!;
        var (first, second) = (Voices.Read("speaker-0"), Voices.Read("speaker-16"));
        Check("speaker-0", first);
        Check("speaker-16", second);

        // Six seconds: more than the network pools when it is run as it was trained, which Vosk does.
        Check("both", [.. first, .. second]);

        void Check(string name, float[] samples)
        {
            var features = mfcc.Compute(Features.Halve(samples));
            Features.TakeOffMean(features, mfcc.Cepstra);
            var vector = model.Embed(features, features.Length / mfcc.Cepstra, model.PooledFrames, CancellationToken.None);
            TensorPrimitives.Multiply(vector, MathF.Sqrt(vector.Length), vector);
            Assert.Equal(128, vector.Length);
            for (var i = 0; i < vector.Length; i++)
            {
                Assert.True(Math.Abs(vector[i] - vosk[name][i]) < 0.0002f, $"{name}: number {i} is {vector[i]}, Vosk's {vosk[name][i]}");
            }
        }
    }
}
