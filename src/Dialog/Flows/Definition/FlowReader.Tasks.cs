using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Conversation.Dialog.Flows.Definition;

/// <summary>Tasks, their steps and the backend.</summary>
internal sealed partial class FlowReader
{
    private static readonly string[] OutcomeKeys = ["say", "clear", "set", "ask", "miss", "end", "transfer", "hangup"];

    private TaskDefinition? Task(string name, YamlNode node)
    {
        var map = _yaml.Map(node, $"task {name}", "begin", "also", "steps");
        var steps = _yaml.List(map.GetValueOrDefault("steps"), $"{name}.steps").Select(s => Step(s, name)).OfType<FlowStep>().ToArray();
        if (steps.Length == 0)
        {
            _yaml.Fault(node, $"task {name} needs at least one step");
        }

        return new TaskDefinition
        {
            Name = name,
            Begin = _yaml.Prompts(map.GetValueOrDefault("begin"), $"{name}.begin"),
            Also = _yaml.Texts(map.GetValueOrDefault("also"), $"{name}.also"),
            Steps = steps,
        };
    }

    private FlowStep? Step(YamlNode node, string task)
    {
        var what = $"a step of {task}";
        var map = _yaml.Map(node, what, "ask", "say", "confirm", "check", "do", "with", "on", "saying", "when", "set", "end", "transfer", "hangup");
        var line = (int)node.Start.Line;
        var when = _yaml.Condition(map.GetValueOrDefault("when"), $"{what}: when");
        var say = _yaml.Prompts(map.GetValueOrDefault("say"), $"{what}: say");
        if (map.TryGetValue("ask", out var ask))
        {
            return _yaml.Text(ask, $"{what}: ask") is { } slot ? new AskStep(line, when, slot, say) : null;
        }

        if (map.TryGetValue("confirm", out var confirm))
        {
            return _yaml.Prompts(confirm, $"{what}: confirm") is { } question ? new ConfirmStep(line, when, question) : null;
        }

        if ((map.TryGetValue("check", out var action) || map.TryGetValue("do", out action)) && _yaml.Text(action, $"{what}: action") is { } actionName)
        {
            var with = Templates(map.GetValueOrDefault("with"), $"{what}: with");
            var on = new Dictionary<string, OutcomeDefinition>(StringComparer.Ordinal);
            foreach (var (key, value) in _yaml.Map(map.GetValueOrDefault("on"), $"{what}: on"))
            {
                on[key] = Outcome(_yaml.Map(value, $"{what}: on.{key}", OutcomeKeys), $"{what}: on.{key}");
            }

            return new ActionStep(line, when, actionName, map.ContainsKey("do"), with, _yaml.Prompts(map.GetValueOrDefault("saying"), $"{what}: saying"), on);
        }

        if (map.ContainsKey("end") || map.ContainsKey("transfer") || map.ContainsKey("hangup"))
        {
            return new EndStep(line, when, Outcome(map, what));
        }

        if (map.TryGetValue("set", out var set))
        {
            return new SetStep(line, when, Templates(set, $"{what}: set"));
        }

        if (say is not null)
        {
            return new SayStep(line, when, say);
        }

        _yaml.Fault(node, $"{what} must be one of ask, say, set, confirm, check, do, end, transfer, hangup");
        return null;
    }

    private OutcomeDefinition Outcome(Dictionary<string, YamlNode> map, string what) => new()
    {
        Say = _yaml.Prompts(map.GetValueOrDefault("say"), $"{what}: say"),
        Clear = _yaml.Texts(map.GetValueOrDefault("clear"), $"{what}: clear"),
        Set = Templates(map.GetValueOrDefault("set"), $"{what}: set"),
        Ask = _yaml.Text(map.GetValueOrDefault("ask"), $"{what}: ask"),
        Miss = _yaml.Flag(map.GetValueOrDefault("miss"), $"{what}: miss"),
        End = _yaml.Flag(map.GetValueOrDefault("end"), $"{what}: end"),
        Transfer = _yaml.Text(map.GetValueOrDefault("transfer"), $"{what}: transfer"),
        HangUp = _yaml.Text(map.GetValueOrDefault("hangup"), $"{what}: hangup"),
    };

    private Dictionary<string, Template> Templates(YamlNode? node, string what)
    {
        var all = new Dictionary<string, Template>(StringComparer.Ordinal);
        foreach (var (key, value) in _yaml.Map(node, what))
        {
            if (_yaml.Template(value, $"{what}.{key}") is { } template)
            {
                all[key] = template;
            }
        }

        return all;
    }

    private BackendDefinition Backend(YamlNode? node)
    {
        var map = _yaml.Map(node, "backend", "appointments", "webhooks");
        return new BackendDefinition
        {
            Appointments = map.TryGetValue("appointments", out var book) ? Book(book) : null,
            Webhooks = Named(map.GetValueOrDefault("webhooks"), "webhooks", Webhook),
        };
    }

    private BookDefinition Book(YamlNode node)
    {
        var map = _yaml.Map(node, "backend.appointments", "file", "minutes", "hours", "seed");
        var hours = new Dictionary<DayOfWeek, (TimeOnly, TimeOnly)>();
        foreach (var (key, value) in _yaml.Map(map.GetValueOrDefault("hours"), "hours"))
        {
            var span = (value as YamlScalarNode)?.Value?.Split('-') ?? [];
            if (!Enum.TryParse<DayOfWeek>(key, true, out var day) || span.Length != 2 || !Clock(span[0], out var from) || !Clock(span[1], out var to) || from >= to)
            {
                _yaml.Fault(value, $"hours.{key} must be a weekday and hours as \"08:30-17:30\"");
            }
            else
            {
                hours[day] = (from, to);
            }
        }

        var seed = new List<(string, int, TimeOnly)>();
        foreach (var item in _yaml.List(map.GetValueOrDefault("seed"), "seed"))
        {
            var entry = _yaml.Map(item, "seed", "name", "workingDays", "time");
            seed.Add((
                _yaml.Text(entry.GetValueOrDefault("name"), "seed.name") ?? "",
                (int)_yaml.Number(entry.GetValueOrDefault("workingDays"), "seed.workingDays", 1, 1, 60),
                _yaml.Time(entry.GetValueOrDefault("time"), "seed.time", new TimeOnly(10, 0))));
        }

        return new BookDefinition
        {
            File = _yaml.Text(map.GetValueOrDefault("file"), "backend.appointments.file"),
            Minutes = (int)_yaml.Number(map.GetValueOrDefault("minutes"), "backend.appointments.minutes", 30, 5, 240),
            Hours = hours,
            Seed = seed,
        };
    }

    private WebhookDefinition? Webhook(string name, YamlNode node)
    {
        var map = _yaml.Map(node, $"webhook {name}", "url", "effect", "timeoutSeconds", "tokenVariable", "outcomes");
        if (!Uri.TryCreate(_yaml.Text(map.GetValueOrDefault("url"), $"{name}.url"), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            _yaml.Fault(node, $"webhook {name} needs 'url', an http or https address");
            return null;
        }

        return new WebhookDefinition(
            name,
            url,
            _yaml.Flag(map.GetValueOrDefault("effect"), $"{name}.effect", true),
            TimeSpan.FromSeconds(_yaml.Number(map.GetValueOrDefault("timeoutSeconds"), $"{name}.timeoutSeconds", 5, 1, 60)),
            _yaml.Text(map.GetValueOrDefault("tokenVariable"), $"{name}.tokenVariable"),
            _yaml.Texts(map.GetValueOrDefault("outcomes"), $"{name}.outcomes"));
    }

    private static bool Clock(string text, out TimeOnly time) => TimeOnly.TryParseExact(text.Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
