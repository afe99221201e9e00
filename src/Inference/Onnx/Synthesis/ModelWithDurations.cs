using System.Text;

namespace Conversation.Inference.Onnx.Synthesis;

/// <summary>
/// Opens a model with one of its inner tensors as a further output: how long each token lasts, which the exporters kept inside.
/// Protocol buffers merge a message field that comes twice, so a second, tiny <c>graph</c> (ModelProto field 7) that holds only an
/// <c>output</c> (GraphProto field 12, a ValueInfoProto) appended to the file's bytes declares it, and nothing else changes.
/// </summary>
internal static class ModelWithDurations
{
    internal const int FloatType = 1;
    internal const int HalfType = 10;

    internal static byte[] Read(string path, string tensor, int elementType)
    {
        var declaration = Declare(tensor, elementType);
        using var file = File.OpenRead(path);
        var model = new byte[file.Length + declaration.Length];
        file.ReadExactly(model, 0, (int)file.Length);
        declaration.CopyTo(model, (int)file.Length);
        return model;
    }

    private static byte[] Declare(string tensor, int elementType)
    {
        // TypeProto { tensor_type (1): Tensor { elem_type (1) } }: no shape, it is inferred.
        byte[] type = [0x0A, 2, 0x08, (byte)elementType];
        byte[] value = [.. Field(1, Encoding.UTF8.GetBytes(tensor)), .. Field(2, type)];
        return Field(7, Field(12, value));
    }

    private static byte[] Field(int number, byte[] body) => body.Length < 128
        ? [(byte)((number << 3) | 2), (byte)body.Length, .. body]
        : throw new ArgumentException("The tensor's name is too long for a one-byte length.");
}
