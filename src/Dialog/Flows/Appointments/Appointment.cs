namespace Conversation.Dialog.Flows.Appointments;

/// <summary>An appointment in the book.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="Date">The day.</param>
/// <param name="Time">When it begins.</param>
/// <param name="Phone">Where to call; empty where unknown.</param>
/// <param name="Key">The call's task that made it, so that a second attempt replaces the first.</param>
public sealed record Appointment(int Id, string Name, DateOnly Date, TimeOnly Time, string Phone, string Key);
