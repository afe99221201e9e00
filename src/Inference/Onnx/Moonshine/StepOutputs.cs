using Microsoft.ML.OnnxRuntime;

namespace Conversation.Inference.Onnx.Moonshine;

/// <summary>The outputs of one step; those released live on with whoever took them, the rest end with this.</summary>
internal sealed class StepOutputs(IDisposableReadOnlyCollection<OrtValue> outputs) : IDisposable
{
    private readonly bool[] _released = new bool[outputs.Count];

    public OrtValue Logits => outputs[0];

    public OrtValue Release(int index)
    {
        _released[index] = true;
        return outputs[index];
    }

    // Not the collection's own Dispose: it would end the released ones too.
    public void Dispose()
    {
        for (var i = 0; i < _released.Length; i++)
        {
            if (!_released[i])
            {
                outputs[i].Dispose();
            }
        }
    }
}
