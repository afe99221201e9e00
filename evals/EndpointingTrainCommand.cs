using System.CommandLine;
using System.Text.RegularExpressions;
using Conversation.Core.Endpointing;
using Conversation.Core.Recognition;

namespace Conversation.Evals;

/// <summary>"endpointing-train": fits the weights by which Core judges whether a phrase is whole, from texts with one utterance a line.</summary>
internal static class EndpointingTrainCommand
{
    private const int CutsOfSentence = 4;
    private const int Epochs = 5;
    private const float Rate = 0.1f;
    private const float Decay = 1e-5f;
    private const int MostWords = 40;

    public static Command Create()
    {
        var text = new Option<DirectoryInfo>("--text") { Required = true, Description = "Folder of .txt files, one utterance a line." };
        var outFile = new Option<FileInfo>("--out") { Required = true, Description = "The model: scale and bias as floats, then a signed byte for each slot." };
        var command = new Command("endpointing-train", "Fits the model that tells whole sentences from cut ones.") { text, outFile };
        command.SetAction(async (arguments, cancellation) =>
        {
            var random = new Random(7);
            var examples = new List<Example>();
            foreach (var file in arguments.GetValue(text)!.GetFiles("*.txt").OrderBy(static file => file.Name, StringComparer.Ordinal))
            {
                foreach (var line in File.ReadLines(file.FullName))
                {
                    Take(line, examples, random);
                }
            }

            var weights = new float[PhraseFeatures.Slots];
            var bias = Fit(examples, weights, random);
            await File.WriteAllBytesAsync(arguments.GetValue(outFile)!.FullName, Packed(weights, bias), cancellation);
        });
        return command;
    }

    /// <summary>Each sentence once whole, and cut after some of its words; the cuts together weigh as much as the whole.</summary>
    private static void Take(string line, List<Example> examples, Random random)
    {
        Span<int> features = stackalloc int[PhraseFeatures.Most];
        foreach (var sentence in Regex.Split(line, @"(?<=[.?!])\s+"))
        {
            var words = PhraseText.Words(sentence);
            if (words.Length is 0 or > MostWords)
            {
                continue;
            }

            examples.Add(new(features[..PhraseFeatures.Write(words, features)].ToArray(), 1, 1));
            var cuts = Enumerable.Range(1, words.Length - 1).OrderBy(_ => random.Next()).Take(CutsOfSentence).ToList();
            foreach (var cut in cuts)
            {
                examples.Add(new(features[..PhraseFeatures.Write(words.AsSpan(0, cut), features)].ToArray(), 0, 1f / cuts.Count));
            }
        }
    }

    /// <summary>Logistic regression by stochastic gradients with a rate for each weight (AdaGrad).</summary>
    private static float Fit(List<Example> examples, float[] weights, Random random)
    {
        var squares = new float[weights.Length];
        var (bias, biasSquares) = (0f, 1f);
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(examples));
            double loss = 0, weight = 0;
            foreach (var example in examples)
            {
                var odds = bias;
                foreach (var feature in example.Features)
                {
                    odds += weights[feature];
                }

                var p = 1 / (1 + MathF.Exp(-odds));
                var error = (p - example.Whole) * example.Weight;
                loss -= example.Weight * Math.Log(Math.Max(1e-6, example.Whole > 0 ? p : 1 - p));
                weight += example.Weight;
                foreach (var feature in example.Features)
                {
                    var gradient = error + (Decay * weights[feature]);
                    squares[feature] += gradient * gradient;
                    weights[feature] -= Rate * gradient / MathF.Sqrt(squares[feature] + 0.01f);
                }

                biasSquares += error * error;
                bias -= Rate * error / MathF.Sqrt(biasSquares);
            }

            Console.WriteLine($"epoch {epoch}: {examples.Count} examples, log loss {loss / weight:0.0000}");
        }

        return bias;
    }

    private static byte[] Packed(float[] weights, float bias)
    {
        var scale = Math.Min(weights.Max(Math.Abs), 3) / 127;
        var file = new byte[8 + weights.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(file, scale);
        System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(4), bias);
        for (var i = 0; i < weights.Length; i++)
        {
            file[8 + i] = (byte)(sbyte)Math.Clamp(MathF.Round(weights[i] / scale), -127, 127);
        }

        return file;
    }

    private readonly record struct Example(int[] Features, int Whole, float Weight);
}
