using System.Text.Json;
using Orleans.Storage;

namespace Conversation.Silo.Composition;

/// <summary>Stored state as plain JSON: to be read by people and by later builds, without the type names that Orleans' own would write into it.</summary>
internal sealed class JsonGrainStorageSerializer : IGrainStorageSerializer
{
    // Packages differ in whether they say that this may be null.
#pragma warning disable CS8766, CS8767
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span);
#pragma warning restore CS8766, CS8767
}
