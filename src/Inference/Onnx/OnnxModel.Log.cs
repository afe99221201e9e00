using Microsoft.Extensions.Logging;

namespace Conversation.Inference.Onnx;

internal static partial class OnnxLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Model {File} runs on {Device} ({Threads} CPU threads)")]
    public static partial void Loaded(ILogger logger, string file, string device, int threads);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Model {File}: {Device} cannot be used, so the CPU is: {Reason} {Advice}")]
    public static partial void FellBack(ILogger logger, string file, string device, string reason, string advice);
}
