using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Conversation.Inference.Onnx;

/// <summary>One model file loaded onto one device.</summary>
internal sealed class OnnxModel : IDisposable
{
    private OnnxModel(InferenceSession session, string device) => (Session, Device) = (session, device);

    public InferenceSession Session { get; }

    /// <summary>Where it really runs: "cpu" or "cuda:K".</summary>
    public string Device { get; }

    /// <summary>Options shared by every run: none.</summary>
    public static RunOptions Plain { get; } = new();

    /// <summary>Loads a model. A CUDA device that cannot be had falls back to the CPU with a line that says why; a missing or broken file throws.
    /// <paramref name="content"/>: the model's bytes where they are not the file's own.</summary>
    public static OnnxModel Load(string path, DeviceOptions device, ILogger logger, bool fixedShapes = false, byte[]? content = null)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"The model file '{path}' is not there: pull the weights first.", path);
        }

        var file = Path.GetFileName(path);
        if (device.CudaDevice is { } index)
        {
            try
            {
                using var options = NewOptions(file, device, fixedShapes);
                CudaProvider.Append(options, index);
                var model = new OnnxModel(Open(path, content, options), $"cuda:{index}");
                OnnxLog.Loaded(logger, file, model.Device, device.Threads);
                return model;
            }
            catch (Exception error) when (error is OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException)
            {
                OnnxLog.FellBack(logger, file, device.Device, error.Message.TrimEnd(), CudaProvider.Advice(error.Message));
            }
        }

        using (var options = NewOptions(file, device, fixedShapes))
        {
            var model = new OnnxModel(Open(path, content, options), "cpu");
            OnnxLog.Loaded(logger, file, model.Device, device.Threads);
            return model;
        }
    }

    public void Dispose() => Session.Dispose();

    private static InferenceSession Open(string path, byte[]? content, SessionOptions options) =>
        content is null ? new InferenceSession(path, options) : new InferenceSession(content, options);

    private static SessionOptions NewOptions(string file, DeviceOptions device, bool fixedShapes)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = device.Threads,
            InterOpNumThreads = 1,

            // Plans memory for one shape: of use only where shapes stay the same.
            EnableMemoryPattern = fixedShapes,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        // Spinning threads win microseconds and take whole cores from the sessions beside them.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        if (device.Profile is { } prefix)
        {
            options.ProfileOutputPathPrefix = prefix + file;
            options.EnableProfiling = true;
        }

        return options;
    }
}
