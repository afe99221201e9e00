using System.Text.Json;
using Conversation.Dialog.Flows.Definition;

namespace Conversation.Dialog.Flows.Appointments;

/// <summary>The demonstration's backend: appointments of equal length within opening hours, in memory or in a JSON file. Safe to use from all sessions.</summary>
internal sealed class AppointmentBook(BookDefinition definition, string? file)
{
    private readonly Lock _gate = new();
    private List<Appointment>? _appointments;

    public BookDefinition Definition => definition;

    public IReadOnlyList<Appointment> All(DateOnly today)
    {
        lock (_gate)
        {
            return [.. Load(today)];
        }
    }

    /// <summary>The free times of a day, in order. <paramref name="key"/>: what this task itself holds counts as free.</summary>
    public IReadOnlyList<TimeOnly> Openings(DateOnly date, DateTime now, string key)
    {
        if (!definition.Hours.TryGetValue(date.DayOfWeek, out var hours))
        {
            return [];
        }

        lock (_gate)
        {
            var taken = Load(DateOnly.FromDateTime(now)).Where(a => a.Date == date && a.Key != key).Select(a => a.Time).ToHashSet();
            var free = new List<TimeOnly>();
            for (var minute = (int)hours.From.ToTimeSpan().TotalMinutes; minute + definition.Minutes <= hours.To.ToTimeSpan().TotalMinutes; minute += definition.Minutes)
            {
                var time = new TimeOnly(minute / 60, minute % 60);
                if (!taken.Contains(time) && date.ToDateTime(time) > now)
                {
                    free.Add(time);
                }
            }

            return free;
        }
    }

    /// <summary>The next appointment under a name, however it was misheard, and under a phone number where one is given; of the two one may be empty.</summary>
    public Appointment? Find(string name, string phone, DateTime now)
    {
        lock (_gate)
        {
            return Load(DateOnly.FromDateTime(now))
                .Where(a => a.Date.ToDateTime(a.Time) > now && (phone.Length > 0 || name.Length > 0) && (phone.Length == 0 || SamePhone(phone, a.Phone)) && (name.Length == 0 || NameLikeness.Match(name, a.Name)))
                .OrderBy(a => name.Length == 0 ? 0 : NameLikeness.Distance(name, a.Name)).ThenBy(a => a.Date).ThenBy(a => a.Time)
                .FirstOrDefault();
        }
    }

    /// <summary>The country's prefix may be there or not.</summary>
    private static bool SamePhone(string one, string other) => one.Length >= 7 && other.Length >= 7 && (one.EndsWith(other, StringComparison.Ordinal) || other.EndsWith(one, StringComparison.Ordinal));

    /// <summary>Enters an appointment, or changes the one entered under the same key. Null: the time has gone meanwhile.</summary>
    public Appointment? Put(string name, DateOnly date, TimeOnly time, string phone, string key, DateTime now)
    {
        lock (_gate)
        {
            var all = Load(DateOnly.FromDateTime(now));
            if (!Openings(date, now, key).Contains(time))
            {
                return null;
            }

            var old = all.FindIndex(a => a.Key == key);
            var appointment = new Appointment(old < 0 ? all.Select(a => a.Id).DefaultIfEmpty().Max() + 1 : all[old].Id, name, date, time, phone, key);
            if (old < 0)
            {
                all.Add(appointment);
            }
            else
            {
                all[old] = appointment;
            }

            Save();
            return appointment;
        }
    }

    /// <summary>Moves an appointment. Null: it is gone, or the time is.</summary>
    public Appointment? Move(int id, DateOnly date, TimeOnly time, DateTime now)
    {
        lock (_gate)
        {
            var all = Load(DateOnly.FromDateTime(now));
            var at = all.FindIndex(a => a.Id == id);
            if (at < 0 || !Openings(date, now, all[at].Key).Contains(time))
            {
                return null;
            }

            all[at] = all[at] with { Date = date, Time = time };
            Save();
            return all[at];
        }
    }

    /// <summary>Strikes an appointment out; false where it was gone.</summary>
    public bool Remove(int id, DateOnly today)
    {
        lock (_gate)
        {
            var removed = Load(today).RemoveAll(a => a.Id == id) > 0;
            if (removed)
            {
                Save();
            }

            return removed;
        }
    }

    private List<Appointment> Load(DateOnly today)
    {
        if (_appointments is not null)
        {
            return _appointments;
        }

        if (file is not null && File.Exists(file))
        {
            using var stream = File.OpenRead(file);
            return _appointments = JsonSerializer.Deserialize(stream, AppointmentJson.Default.ListAppointment) ?? [];
        }

        _appointments = [];
        foreach (var (name, workingDays, time) in definition.Seed)
        {
            var date = today;
            for (var left = definition.Hours.Count == 0 ? 0 : workingDays; left > 0;)
            {
                date = date.AddDays(1);
                left -= definition.Hours.ContainsKey(date.DayOfWeek) && date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) ? 1 : 0;
            }

            _appointments.Add(new Appointment(_appointments.Count + 1, name, date, time, "", $"seed/{_appointments.Count + 1}"));
        }

        return _appointments;
    }

    private void Save()
    {
        if (file is null)
        {
            return;
        }

        // Written beside and moved over, so that a crash leaves the old file or the new one, never half of one.
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var beside = file + ".new";
        using (var stream = File.Create(beside))
        {
            JsonSerializer.Serialize(stream, _appointments!, AppointmentJson.Default.ListAppointment);
        }

        File.Move(beside, file, overwrite: true);
    }
}
