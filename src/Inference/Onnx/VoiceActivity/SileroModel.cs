using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Conversation.Inference.Onnx.VoiceActivity;

/// <summary>
/// Silero v6 at 16 kHz for batches of 1 to a bound. Inputs: input [B, 64 context + 512 new samples], state [2, B, 128], sr; outputs: probability [B, 1] and the next state.
/// Buffers are pinned and bound once per batch size, so that a run allocates nothing on the managed side. One thread at a time.
/// </summary>
internal sealed class SileroModel : IDisposable
{
    public const int Context = 64;
    public const int Row = Context + IVoiceActivity.WindowSamples;
    public const int StateSize = 128;

    private readonly OnnxModel _model;
    private readonly OrtIoBinding[] _bindings;
    private readonly List<OrtValue> _values = [];

    public SileroModel(string path, int maxBatch, ILogger logger, DeviceOptions? device = null)
    {
        _model = OnnxModel.Load(path, device ?? new DeviceOptions(), logger, fixedShapes: true);
        Input = GC.AllocateArray<float>(maxBatch * Row, pinned: true);
        State = GC.AllocateArray<float>(2 * maxBatch * StateSize, pinned: true);
        Probability = GC.AllocateArray<float>(maxBatch, pinned: true);
        NextState = GC.AllocateArray<float>(2 * maxBatch * StateSize, pinned: true);
        _bindings = new OrtIoBinding[maxBatch];
        for (var batch = 1; batch <= maxBatch; batch++)
        {
            _bindings[batch - 1] = Bind(batch);
        }
    }

    /// <summary>B rows of 576 samples.</summary>
    public float[] Input { get; }

    /// <summary>[2, B, 128] for the B of the run: the layer stride depends on B.</summary>
    public float[] State { get; }

    public float[] Probability { get; }

    public float[] NextState { get; }

    public string Device => _model.Device;

    public void Run(int batch) => _model.Session.RunWithBinding(OnnxModel.Plain, _bindings[batch - 1]);

    public void Dispose()
    {
        foreach (var binding in _bindings)
        {
            binding.Dispose();
        }

        _values.ForEach(value => value.Dispose());
        _model.Dispose();
    }

    private OrtIoBinding Bind(int batch)
    {
        var binding = _model.Session.CreateIoBinding();
        binding.BindInput("input", View(Input.AsMemory(0, batch * Row), [batch, Row]));
        binding.BindInput("state", View(State.AsMemory(0, 2 * batch * StateSize), [2, batch, StateSize]));
        binding.BindInput("sr", Keep(OrtValue.CreateTensorValueFromMemory(new long[] { 16_000 }, [])));
        binding.BindOutput("output", View(Probability.AsMemory(0, batch), [batch, 1]));
        binding.BindOutput("stateN", View(NextState.AsMemory(0, 2 * batch * StateSize), [2, batch, StateSize]));
        return binding;
    }

    private OrtValue View(Memory<float> memory, long[] shape) => Keep(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape));

    private OrtValue Keep(OrtValue value)
    {
        _values.Add(value);
        return value;
    }
}
