using Conversation.Dialog.Flows.Values;

namespace Conversation.Dialog.Flows.Appointments;

/// <summary>Whether a day, and a time on it, can be had; if not, what can.</summary>
internal sealed class FreeAction(AppointmentBook book) : IFlowAction
{
    public string Name => "appointments.free";

    public bool HasEffect => false;

    /// <summary>open: the day has times and none was named; part: times in the part of day named; none: no day within two months; the rest say why not.</summary>
    public IReadOnlyList<string> Outcomes => ["open", "free", "part", "past", "far", "closed", "full", "none", "outside", "taken", "nodate"];

    public ValueTask<FlowActionResult> RunAsync(FlowActionCall call, CancellationToken cancellation) => ValueTask.FromResult(Look(call));

    private FlowActionResult Look(FlowActionCall call)
    {
        var now = call.Now();
        var today = DateOnly.FromDateTime(now);
        if (call.Date() is not { } date)
        {
            return AppointmentActions.Result("nodate");
        }

        if (date < today)
        {
            return AppointmentActions.Result("past");
        }

        if (date > today.AddMonths(12))
        {
            return AppointmentActions.Result("far");
        }

        if (!book.Definition.Hours.TryGetValue(date.DayOfWeek, out var hours))
        {
            return Other("closed", NextOpen(date, now, call.Key), today);
        }

        var openings = book.Openings(date, now, call.Key);
        if (openings.Count == 0)
        {
            return Other("full", NextOpen(date, now, call.Key), today);
        }

        if (call.Clock() is not { } time)
        {
            return Part(call.Text("time"), openings);
        }

        if (openings.Contains(time))
        {
            return AppointmentActions.Result("free");
        }

        var near = openings.OrderBy(o => Math.Abs((o - time).TotalMinutes) > 720 ? 1440 - Math.Abs((o - time).TotalMinutes) : Math.Abs((o.ToTimeSpan() - time.ToTimeSpan()).TotalMinutes)).Take(2).Order().ToArray();
        var outside = time < hours.From || time.ToTimeSpan() + TimeSpan.FromMinutes(book.Definition.Minutes) > hours.To.ToTimeSpan();
        return Offer(outside ? "outside" : "taken", near, ("opens", Times.Text(hours.From)), ("closes", Times.Text(hours.To)));
    }

    private static FlowActionResult Part(string part, IReadOnlyList<TimeOnly> openings)
    {
        if (part.Length == 0)
        {
            return Offer("open", Spread(openings));
        }

        var fitting = Fitting(part, openings);
        return fitting.Length == 0
            ? Offer("taken", [openings[0], .. openings.Count > 1 ? new[] { openings[^1] } : []])
            : Offer("part", part switch { "first" => [fitting[0]], "last" => [fitting[^1]], _ => Spread(fitting) });
    }

    /// <summary>Those of the openings that fall in a part of day.</summary>
    internal static TimeOnly[] Fitting(string part, IReadOnlyList<TimeOnly> openings)
    {
        var edge = part.Contains(':', StringComparison.Ordinal) && TimeOnly.TryParse(part[(part.IndexOf(':', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture, out var t) ? t : default;
        return
        [
            .. openings.Where(o => part switch
            {
                "morning" => o.Hour < 12,
                "afternoon" => o.Hour is >= 12 and < 18,
                "evening" => o.Hour >= 17,
                _ when part.StartsWith("after:", StringComparison.Ordinal) => o > edge,
                _ when part.StartsWith("before:", StringComparison.Ordinal) => o < edge,
                _ => true,
            }),
        ];
    }

    private static FlowActionResult Offer(string outcome, IReadOnlyList<TimeOnly> times, params ReadOnlySpan<(string, string)> more)
    {
        var values = new List<(string, string)>(more.ToArray())
        {
            ("openings", Spoken.List([.. times.Select(t => Spoken.Time(t))])),
            ("offers", string.Join('|', times.Select(Times.Text))),
            ("one", times.Count == 1 ? "yes" : ""),
        };
        return AppointmentActions.Result(outcome, [.. values]);
    }

    private static FlowActionResult Other(string outcome, DateOnly? next, DateOnly today) => next is { } date
        ? AppointmentActions.Result(outcome, ("openings", Spoken.Date(date, today)), ("offers", Days.Iso(date)), ("one", "yes"))
        : AppointmentActions.Result("none");

    /// <summary>Three at most: the first, one in the middle, the last. More cannot be kept in mind by ear.</summary>
    private static IReadOnlyList<TimeOnly> Spread(IReadOnlyList<TimeOnly> times) => times.Count <= 3 ? times : [times[0], times[times.Count / 2], times[^1]];

    private DateOnly? NextOpen(DateOnly date, DateTime now, string key)
    {
        for (var step = 1; step <= 60; step++)
        {
            if (book.Openings(date.AddDays(step), now, key).Count > 0)
            {
                return date.AddDays(step);
            }
        }

        return null;
    }
}
