using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Conversation.Dialog.Flows.Definition;

/// <summary>Reads a flow's file.</summary>
internal sealed partial class FlowReader
{
    private readonly List<FlowFault> _faults = [];
    private readonly YamlReader _yaml;
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    private FlowReader() => _yaml = new YamlReader(_faults);

    /// <summary>The flow, or every fault in it. <paramref name="actions"/> are those present beside the file's own.</summary>
    public static (FlowDefinition? Flow, IReadOnlyList<FlowFault> Faults) Read(string text, IEnumerable<IFlowAction> actions)
    {
        var reader = new FlowReader();
        var flow = reader.Read(text);
        if (flow is not null)
        {
            reader._faults.AddRange(FlowValidator.Check(flow, reader._lines, actions));
        }

        IReadOnlyList<FlowFault> faults = [.. reader._faults.OrderBy(f => f.Line)];
        return (faults.Count == 0 ? flow : null, faults);
    }

    /// <summary>The backend alone, as far as it can be read; faults come with <see cref="Read(string, IEnumerable{IFlowAction})"/>.</summary>
    public static BackendDefinition ReadBackend(string text) => new FlowReader().Read(text)?.Backend ?? new BackendDefinition();

    private FlowDefinition? Read(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            _faults.Add(new FlowFault((int)e.Start.Line, $"not YAML: {e.InnerException?.Message ?? e.Message}"));
            return null;
        }

        if (stream.Documents.Count == 0)
        {
            _faults.Add(new FlowFault(1, "the file is empty"));
            return null;
        }

        var root = stream.Documents[0].RootNode;
        var map = _yaml.Map(root, "the flow", "flow", "name", "match", "dates", "greeting", "voicemail", "keys", "replies", "person", "slots", "intents", "tasks", "backend");
        if (_yaml.Number(map.GetValueOrDefault("flow"), "flow", 0, 1, 1) != 1)
        {
            _yaml.Fault(root, "the flow must begin with 'flow: 1', the version of its format");
        }

        var name = _yaml.Text(map.GetValueOrDefault("name"), "name");
        if (name is null)
        {
            _yaml.Fault(root, "the flow needs a name");
        }

        var greeting = _yaml.Prompts(map.GetValueOrDefault("greeting"), "greeting");
        if (!map.ContainsKey("greeting"))
        {
            _yaml.Fault(root, "the flow needs a greeting");
        }

        var match = _yaml.Map(map.GetValueOrDefault("match"), "match", "threshold", "margin", "strong");
        var fallback = new MatchSettings();
        return new FlowDefinition
        {
            Name = name ?? "",
            Greeting = greeting ?? Prompts.Of("Hello."),
            Voicemail = _yaml.Prompts(map.GetValueOrDefault("voicemail"), "voicemail"),
            Keys = Keys(map.GetValueOrDefault("keys")),
            DayFirst = _yaml.Read(map.GetValueOrDefault("dates"), "dates", false, "month-first or day-first", t => t == "day-first" ? true : t == "month-first" ? false : null),
            Match = new MatchSettings(
                _yaml.Fraction(match.GetValueOrDefault("threshold"), "match.threshold", fallback.Threshold),
                _yaml.Fraction(match.GetValueOrDefault("margin"), "match.margin", fallback.Margin),
                _yaml.Fraction(match.GetValueOrDefault("strong"), "match.strong", fallback.Strong)),
            Replies = Replies(map.GetValueOrDefault("replies")),
            Person = Person(map.GetValueOrDefault("person")),
            Slots = Named(map.GetValueOrDefault("slots"), "slots", Slot),
            Intents = Named(map.GetValueOrDefault("intents"), "intents", Intent),
            Tasks = Named(map.GetValueOrDefault("tasks"), "tasks", Task),
            Backend = Backend(map.GetValueOrDefault("backend")),
        };
    }

    private Dictionary<string, T> Named<T>(YamlNode? node, string what, Func<string, YamlNode, T?> read)
        where T : class
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (name, value) in _yaml.Map(node, what))
        {
            _lines[$"{what}.{name}"] = (int)((YamlMappingNode)node!).Children.Keys.First(k => k is YamlScalarNode key && key.Value == name).Start.Line;
            if (!Identifier().IsMatch(name))
            {
                _yaml.Fault(value, $"'{name}' in {what} must begin with a letter and hold letters, digits, '-' and '_' only");
            }
            else if (read(name, value) is { } item)
            {
                all[name] = item;
            }
        }

        return all;
    }

    private FlowReplies Replies(YamlNode? node)
    {
        var map = _yaml.Map(node, "replies", "notUnderstood", "explain", "again", "unheard", "corrected", "change", "wait", "thanks", "hello", "howAreYou", "introduced", "abandoned", "startOver", "anythingElse", "help", "options", "examples", "goAhead", "goodbye", "stillThere", "anyoneThere", "idleGoodbye", "apology", "failed", "offer", "offerOne", "which", "keysWrong", "keysMenu", "keysYesNo", "keysOffers", "keysWhich", "keysChange");
        Prompts Or(string key, Prompts fallback) => _yaml.Prompts(map.GetValueOrDefault(key), $"replies.{key}") ?? fallback;
        var d = new FlowReplies();
        return new FlowReplies
        {
            NotUnderstood = Or("notUnderstood", d.NotUnderstood), Explain = Or("explain", d.Explain), Again = Or("again", d.Again), Unheard = Or("unheard", d.Unheard),
            Corrected = Or("corrected", d.Corrected), Change = Or("change", d.Change), Wait = Or("wait", d.Wait), Thanks = Or("thanks", d.Thanks), Hello = Or("hello", d.Hello), HowAreYou = Or("howAreYou", d.HowAreYou), Introduced = Or("introduced", d.Introduced),
            Abandoned = Or("abandoned", d.Abandoned), StartOver = Or("startOver", d.StartOver), AnythingElse = Or("anythingElse", d.AnythingElse), Help = Or("help", d.Help), Options = Or("options", d.Options), Examples = _yaml.Prompts(map.GetValueOrDefault("examples"), "replies.examples"),
            GoAhead = Or("goAhead", d.GoAhead), Goodbye = Or("goodbye", d.Goodbye), StillThere = Or("stillThere", d.StillThere), AnyoneThere = Or("anyoneThere", d.AnyoneThere), IdleGoodbye = Or("idleGoodbye", d.IdleGoodbye), Apology = Or("apology", d.Apology), Failed = Or("failed", d.Failed), Offer = Or("offer", d.Offer), OfferOne = Or("offerOne", d.OfferOne), Which = Or("which", d.Which),
            KeysWrong = Or("keysWrong", d.KeysWrong), KeysMenu = Or("keysMenu", d.KeysMenu), KeysYesNo = Or("keysYesNo", d.KeysYesNo), KeysOffers = Or("keysOffers", d.KeysOffers), KeysWhich = Or("keysWhich", d.KeysWhich), KeysChange = Or("keysChange", d.KeysChange),
        };
    }

    private PersonDefinition? Person(YamlNode? node)
    {
        if (node is null)
        {
            return null;
        }

        var map = _yaml.Map(node, "person", "target", "say", "offer");
        var target = _yaml.Text(map.GetValueOrDefault("target"), "person.target");
        if (target is null)
        {
            _yaml.Fault(node, "person needs a target, where callers are handed over to");
        }

        return new PersonDefinition(
            target ?? "",
            _yaml.Prompts(map.GetValueOrDefault("say"), "person.say") ?? Prompts.Of("I'll put you through now."),
            _yaml.Prompts(map.GetValueOrDefault("offer"), "person.offer") ?? Prompts.Of("I'm sorry, I can't seem to get this right. Shall I put you through to a person?"));
    }

    private SlotDefinition? Slot(string name, YamlNode node)
    {
        var map = _yaml.Map(node, $"slot {name}", "type", "ask", "explain", "narrow", "called", "keep", "past", "from", "to", "min", "max", "options", "keys");
        var ask = _yaml.Prompts(map.GetValueOrDefault("ask"), $"{name}.ask");
        if (ask is null)
        {
            _yaml.Fault(node, $"slot {name} needs 'ask', the question for it");
        }

        var type = _yaml.Read(map.GetValueOrDefault("type"), $"{name}.type", SlotType.Text, "date, time, number, digits, name, yesno, choice or text", t => Enum.TryParse<SlotType>(t, true, out var v) ? v : null);
        var options = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (option, said) in _yaml.Map(map.GetValueOrDefault("options"), $"{name}.options"))
        {
            options[option] = _yaml.Texts(said, $"{name}.options.{option}");
        }

        var d = new SlotDefinition { Name = name, Type = type, Ask = ask ?? Prompts.Of("?") };
        var digits = type == SlotType.Digits;
        var max = _yaml.Number(map.GetValueOrDefault("max"), $"{name}.max", digits ? 20 : 999_999_999, 0, 999_999_999);
        return d with
        {
            Keys = SlotKeys(map.GetValueOrDefault("keys"), name, type, options, max),
            Explain = _yaml.Prompts(map.GetValueOrDefault("explain"), $"{name}.explain"),
            Narrow = _yaml.Prompts(map.GetValueOrDefault("narrow"), $"{name}.narrow"),
            Called = _yaml.Texts(map.GetValueOrDefault("called"), $"{name}.called"),
            Keep = _yaml.Flag(map.GetValueOrDefault("keep"), $"{name}.keep"),
            Past = _yaml.Flag(map.GetValueOrDefault("past"), $"{name}.past"),
            From = _yaml.Time(map.GetValueOrDefault("from"), $"{name}.from", d.From),
            To = _yaml.Time(map.GetValueOrDefault("to"), $"{name}.to", d.To),
            Min = _yaml.Number(map.GetValueOrDefault("min"), $"{name}.min", digits ? 3 : 0, 0, 999_999_999),
            Max = max,
            Options = options,
        };
    }

    private IntentDefinition? Intent(string name, YamlNode node)
    {
        var map = _yaml.Map(node, $"intent {name}", "about", "examples", "patterns", "boost", "task", "say", "ask", "yes", "command", "ignore", "keys");
        return new IntentDefinition
        {
            Name = name,
            About = _yaml.Text(map.GetValueOrDefault("about"), $"{name}.about"),
            Examples = _yaml.Texts(map.GetValueOrDefault("examples"), $"{name}.examples"),
            Patterns = Patterns(map.GetValueOrDefault("patterns"), $"{name}.patterns"),
            Boost = Patterns(map.GetValueOrDefault("boost"), $"{name}.boost"),
            Task = _yaml.Text(map.GetValueOrDefault("task"), $"{name}.task"),
            Say = _yaml.Prompts(map.GetValueOrDefault("say"), $"{name}.say"),
            Ask = _yaml.Prompts(map.GetValueOrDefault("ask"), $"{name}.ask"),
            Yes = _yaml.Text(map.GetValueOrDefault("yes"), $"{name}.yes"),
            Keys = MenuKey(map.GetValueOrDefault("keys"), $"{name}.keys"),
            Ignore = _yaml.Flag(map.GetValueOrDefault("ignore"), $"{name}.ignore"),
            Command = _yaml.Text(map.GetValueOrDefault("command"), $"{name}.command"),
        };
    }

    private List<Regex> Patterns(YamlNode? node, string what)
    {
        var patterns = new List<Regex>();
        foreach (var text in _yaml.Texts(node, what))
        {
            try
            {
                patterns.Add(new Regex(text, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100)));
            }
            catch (ArgumentException e)
            {
                _yaml.Fault(node, $"{what}: {e.Message}");
            }
        }

        return patterns;
    }

    [GeneratedRegex(@"^[A-Za-z][\w-]*$")]
    private static partial Regex Identifier();
}
