using System.Text.Json.Serialization;

namespace Conversation.Dialog.Flows.Appointments;

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<Appointment>))]
internal sealed partial class AppointmentJson : JsonSerializerContext;
