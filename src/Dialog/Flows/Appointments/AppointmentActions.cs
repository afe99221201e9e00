using System.Globalization;
using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Appointments;

/// <summary>What flows can do with the built-in appointment book.</summary>
internal static class AppointmentActions
{
    public static IReadOnlyList<IFlowAction> For(AppointmentBook book) => [new FreeAction(book), new NextAction(book), new FindAction(book), new CreateAction(book), new MoveAction(book), new CancelAction(book)];

    public static DateTime Now(this FlowActionCall call) => call.Time.GetLocalNow().DateTime;

    public static DateOnly? Date(this FlowActionCall call) => call.Arguments.TryGetValue("date", out var text) && Days.TryIso(text, out var date) ? date : null;

    public static TimeOnly? Clock(this FlowActionCall call) =>
        call.Arguments.TryGetValue("time", out var text) && TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    public static string Text(this FlowActionCall call, string name) => call.Arguments.GetValueOrDefault(name, "");

    public static FlowActionResult Result(string outcome, params (string Name, string Value)[] values)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            all[name] = value;
        }

        return new FlowActionResult(outcome, all);
    }
}

/// <summary>Enters an appointment.</summary>
internal sealed class CreateAction(AppointmentBook book) : IFlowAction
{
    public string Name => "appointments.create";

    public bool HasEffect => true;

    public IReadOnlyList<string> Outcomes => ["done", "taken"];

    public ValueTask<FlowActionResult> RunAsync(FlowActionCall call, CancellationToken cancellation)
    {
        var made = call.Date() is { } date && call.Clock() is { } time ? book.Put(call.Text("name"), date, time, call.Text("phone"), call.Key, call.Now()) : null;
        return ValueTask.FromResult(made is null ? AppointmentActions.Result("taken") : AppointmentActions.Result("done", ("appointment", made.Id.ToString(CultureInfo.InvariantCulture))));
    }
}

/// <summary>Finds the next appointment under a name.</summary>
internal sealed class FindAction(AppointmentBook book) : IFlowAction
{
    public string Name => "appointments.find";

    public bool HasEffect => false;

    public IReadOnlyList<string> Outcomes => ["found", "none"];

    public ValueTask<FlowActionResult> RunAsync(FlowActionCall call, CancellationToken cancellation) =>
        ValueTask.FromResult(book.Find(call.Text("name"), call.Text("phone"), call.Now()) is { } found
            ? AppointmentActions.Result("found", ("appointment", found.Id.ToString(CultureInfo.InvariantCulture)), ("old_name", found.Name), ("old_date", Days.Iso(found.Date)), ("old_time", Times.Text(found.Time)))
            : AppointmentActions.Result("none"));
}

/// <summary>Moves an appointment.</summary>
internal sealed class MoveAction(AppointmentBook book) : IFlowAction
{
    public string Name => "appointments.move";

    public bool HasEffect => true;

    public IReadOnlyList<string> Outcomes => ["done", "taken"];

    public ValueTask<FlowActionResult> RunAsync(FlowActionCall call, CancellationToken cancellation)
    {
        var moved = int.TryParse(call.Text("appointment"), CultureInfo.InvariantCulture, out var id) && call.Date() is { } date && call.Clock() is { } time ? book.Move(id, date, time, call.Now()) : null;
        return ValueTask.FromResult(AppointmentActions.Result(moved is null ? "taken" : "done"));
    }
}

/// <summary>Cancels an appointment.</summary>
internal sealed class CancelAction(AppointmentBook book) : IFlowAction
{
    public string Name => "appointments.cancel";

    public bool HasEffect => true;

    public IReadOnlyList<string> Outcomes => ["done"];

    /// <summary>What is gone already is cancelled too: a second attempt says the same.</summary>
    public ValueTask<FlowActionResult> RunAsync(FlowActionCall call, CancellationToken cancellation)
    {
        _ = int.TryParse(call.Text("appointment"), CultureInfo.InvariantCulture, out var id) && book.Remove(id, DateOnly.FromDateTime(call.Now()));
        return ValueTask.FromResult(AppointmentActions.Result("done"));
    }
}
