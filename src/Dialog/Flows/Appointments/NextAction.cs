using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Appointments;

/// <summary>The soonest time that can be had, of those at the time or in the part of day that was named.</summary>
internal sealed class NextAction(AppointmentBook book) : IFlowAction
{
    private const int DaysAhead = 60;

    public string Name => "appointments.next";

    public bool HasEffect => false;

    /// <summary>none: nothing within two months.</summary>
    public IReadOnlyList<string> Outcomes => ["found", "none"];

    public ValueTask<FlowActionResult> RunAsync(FlowActionCall call, CancellationToken cancellation) => ValueTask.FromResult(Look(call));

    private FlowActionResult Look(FlowActionCall call)
    {
        var now = call.Now();
        for (var step = 0; step <= DaysAhead; step++)
        {
            var date = DateOnly.FromDateTime(now).AddDays(step);
            var openings = book.Openings(date, now, call.Key);
            TimeOnly[] fitting = call.Clock() is { } clock ? [.. openings.Where(o => o == clock)] : FreeAction.Fitting(call.Text("time"), openings);
            if (fitting.Length > 0)
            {
                return AppointmentActions.Result("found", ("next_date", Days.Iso(date)), ("openings", Spoken.Time(fitting[0])), ("offers", Times.Text(fitting[0])), ("one", "yes"));
            }
        }

        return AppointmentActions.Result("none");
    }
}
