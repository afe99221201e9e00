using Conversation.Inference.Kaldi;

namespace Conversation.Inference.Tests.Kaldi;

public sealed class KaldiPartsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    public void A_product_is_the_plain_one(int rows)
    {
        const int Columns = 48;
        const int Outputs = 12;
        var random = new Random(1);
        var (x, weights, bias) = (Numbers(rows * Columns), Numbers(Outputs * Columns), Numbers(Outputs));
        var y = new float[rows * Outputs];
        MatrixProduct.Multiply(x, rows, weights, bias, Columns, y);
        for (var row = 0; row < rows; row++)
        {
            for (var output = 0; output < Outputs; output++)
            {
                var expected = Enumerable.Range(0, Columns).Sum(k => (double)x[(row * Columns) + k] * weights[(output * Columns) + k]) + bias[output];
                Assert.Equal(expected, y[(row * Outputs) + output], 1e-4);
            }
        }

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    [Fact]
    public void A_product_reads_nothing_beyond_its_factors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixProduct.Multiply(new float[15], 1, new float[64], new float[4], 16, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixProduct.Multiply(new float[16], 1, new float[63], new float[4], 16, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixProduct.Multiply(new float[16], 1, new float[64], new float[4], 16, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MatrixProduct.Multiply(new float[17], 1, new float[68], new float[4], 17, new float[4]));
    }

    [Fact]
    public void A_cosines_power_lies_at_its_frequency()
    {
        float[] window = [.. Enumerable.Range(0, 256).Select(i => MathF.Cos(2 * MathF.PI * 10 * i / 256))];
        var power = new float[129];
        new Fourier(256).Power(window, power);
        Assert.Equal(128f * 128, power[10], 1f);
        Assert.All(power.Where((_, i) => i != 10), other => Assert.True(other < 0.01f));
    }

    [Fact]
    public void Halving_the_rate_keeps_what_is_below_4_kHz_and_drops_what_is_above()
    {
        Assert.InRange(Level(Features.Halve(Tone(1000))), 0.98 * 3277, 1.02 * 3277);
        Assert.InRange(Level(Features.Halve(Tone(6500))), 0, 0.01 * 3277);
        Assert.Equal(3, Features.Halve(new float[5]).Length);
        Assert.Empty(Features.Halve([]));

        static float[] Tone(double frequency) => [.. Enumerable.Range(0, 1600).Select(i => (float)(0.1 * Math.Sin(2 * Math.PI * frequency * i / 16_000)))];
        static double Level(float[] samples) => Math.Sqrt(2 * samples[20..^20].Average(sample => (double)sample * sample));
    }

    [Fact]
    public void The_mean_is_that_of_three_seconds_around()
    {
        // A ramp less its mean over a window that lies evenly around it is half a frame's step; at the ends the window stops.
        float[] ramp = [.. Enumerable.Range(0, 700).Select(i => (float)i)];
        Features.TakeOffMean(ramp, 1);
        Assert.Equal(-149.5f, ramp[0], 1e-3f);
        Assert.Equal(0.5f, ramp[300], 1e-3f);
        Assert.Equal(149.5f, ramp[699], 1e-3f);
        float[] few = [1, 10, 3, 30];
        Features.TakeOffMean(few, 2);
        Assert.Equal([-1f, -10, 1, 10], few);
    }

    [Fact]
    public void Loud_frames_and_two_around_them_are_kept_in_order()
    {
        float[] energies = [0, 1, 2, 3, 20, 21, 6, 7, 8, 9, 22, 11];
        Assert.Equal(10, LoudFrames.Keep(energies, 1, 100));
        Assert.Equal([2f, 3, 20, 21, 6, 7, 8, 9, 22, 11], energies[..10]);
        Assert.Equal(0, LoudFrames.Keep([5, 5, 5], 1, 100));
        Assert.Equal(2, LoudFrames.Keep([20, 20, 20], 1, 2));
        Assert.Equal(0, LoudFrames.Keep([], 1, 100));
    }

    [Fact]
    public void Unknown_options_of_features_are_an_error()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "--sample-frequency=8000 \n# said\n--num-ceps=20\n\n--low-freq=30\n");
            Assert.Equal(new MfccOptions { SampleRate = 8000, Cepstra = 20, LowFrequency = 30 }, MfccOptions.Read(path));
            File.WriteAllText(path, "--window-type=hamming\n");
            Assert.Contains("window-type", Assert.Throws<InvalidDataException>(() => MfccOptions.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
