using Microsoft.ML.OnnxRuntime;

namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>The keys and values of one decoding. A step's outputs become the next step's inputs as they are: no copy.</summary>
internal sealed class DecoderCache : IDisposable
{
    private const int Fixed = 3;

    private readonly OrtValue[] _inputs;
    private readonly HashSet<OrtValue> _owned = [];
    private readonly float[] _nothing = new float[1];
    private float[] _scratch = [];

    public DecoderCache(int layers, long[] emptyShape)
    {
        _inputs = new OrtValue[Fixed + (4 * layers)];
        for (var i = Fixed; i < _inputs.Length; i++)
        {
            _owned.Add(_inputs[i] = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _nothing.AsMemory(0, 0), emptyShape));
        }
    }

    public OrtValue[] Inputs(OrtValue ids, OrtValue encoded, OrtValue useCache)
    {
        (_inputs[0], _inputs[1], _inputs[2]) = (ids, encoded, useCache);
        return _inputs;
    }

    /// <summary>Keeps a step's keys and values: all of the first step's, later the decoder's own (the encoder's do not change).</summary>
    public void Take(StepOutputs outputs, bool first)
    {
        var next = 1;
        for (var slot = Fixed; slot < _inputs.Length; slot++)
        {
            var ofEncoder = (slot - Fixed) % 4 >= 2;
            if (ofEncoder && !first)
            {
                continue;
            }

            _owned.Remove(_inputs[slot]);
            _inputs[slot].Dispose();
            _owned.Add(_inputs[slot] = outputs.Release(next++));
        }
    }

    public Span<float> Scratch(int length)
    {
        if (_scratch.Length < length)
        {
            _scratch = new float[length];
        }

        return _scratch.AsSpan(0, length);
    }

    public void Dispose()
    {
        foreach (var value in _owned)
        {
            value.Dispose();
        }
    }
}
