using Conversation.Inference.Kaldi;
using Conversation.Inference.Onnx;
using Conversation.Inference.Onnx.MiniLm;
using Conversation.Inference.Onnx.Moonshine;
using Conversation.Inference.Onnx.VoiceActivity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Inference.Tests;

public class InferenceOptionsTests
{
    [Fact]
    public void All_faults_are_told_at_once_absent_files_too()
    {
        var options = new InferenceOptions
        {
            VoiceActivity = new SileroOptions { ModelPath = "absent.onnx", MaxBatch = 0 },
            Recognition = new MoonshineOptions
            {
                Quick = new MoonshineModelOptions { EncoderPath = "", DecoderPath = "d.onnx", Device = new DeviceOptions { Device = "tpu", Threads = 0 } },
                VocabularyPath = "v.js",
                Rejection = new RejectionOptions { MinConfidence = 2 },
            },
            Embedding = new MiniLmOptions { ModelPath = "m.onnx", TokenizerPath = "t.json", CacheEntries = -1 },
            Speaker = new SpeakerOptions { Directory = "absent", QueueCapacity = 0 },
        };
        var told = Assert.Throws<ArgumentException>(options.Validate).Message;
        Assert.All(["MaxBatch is 0", "EncoderPath or DecoderPath is empty", "'tpu'", "Threads is 0", "MinConfidence is 2", "CacheEntries is -1", "'absent.onnx' is not there", "'t.json'", "final.ext.raw' is not there", "Lane 'speaker': QueueCapacity is 0"], fault => Assert.Contains(fault, told, StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_that_cannot_be_had_falls_back_to_the_cpu_and_says_why()
    {
        var log = new Lines();
        using var model = OnnxModel.Load(Onnx.Engines.Silero.ModelPath, new DeviceOptions { Device = "cuda:63" }, log);
        Assert.Equal("cpu", model.Device);
        Assert.Contains(log.All, line => line.Contains("cuda:63", StringComparison.Ordinal) && line.Contains("the CPU is", StringComparison.Ordinal));
        Assert.Throws<FileNotFoundException>(() => OnnxModel.Load("absent.onnx", new DeviceOptions(), NullLogger.Instance));
    }

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Add(formatter(state, exception));
    }
}
