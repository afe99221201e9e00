using Conversation.Gateway.Realtime.Wire;
using Conversation.Sessions;

namespace Conversation.Gateway.Realtime.Talk;

/// <content>
/// What the dialog is to remember. It knows what was said; what the client adds, takes away or cuts later it is told as a whole
/// (<see cref="SessionSettings.Context"/>), from the first such change on.
/// </content>
internal sealed partial class RealtimeTalk
{
    private const int MostLines = 400;
    private const int MostText = 200_000;
    private bool edited;
    private bool untold;
    private int completed;

    /// <summary>The client has changed what was said.</summary>
    private void Edit() => edited = untold = true;

    /// <summary>The conversation in the dialog's words, but for what it will learn of by itself; null where it knows it.</summary>
    private SessionContext? Remembered()
    {
        untold = false;
        return edited ? new SessionContext(completed, Lines(items.All.Where(item => !unanswered.Contains(item) && pending?.Items.Contains(item) != true && (item.Turn ?? 0) <= completed))) : null;
    }

    /// <summary>The newest of them, as many as a session takes.</summary>
    private static List<ContextLine> Lines(IEnumerable<Item> of)
    {
        var lines = of.Select(Line).OfType<ContextLine>().TakeLast(MostLines).ToList();
        for (var length = lines.Sum(line => line.Text.Length); length > MostText; length -= lines[0].Text.Length, lines.RemoveAt(0))
        {
        }

        return lines;
    }

    private static ContextLine? Line(Item item) => item switch
    {
        { Text: "" } or { Status: "in_progress" } => null,
        { Role: "assistant", Status: "incomplete" } => new("assistant", item.Text + " [interrupted]"),
        { Role: { } role } => new(role, item.Text),
        { IsLate: true } => new("system", $"The function called earlier gave: {item.Text}"),
        _ => null,
    };

    /// <summary>Tells the dialog, where there is anything to tell.</summary>
    private RealtimeError? Remind()
    {
        ISession live;
        SessionSettings settings;
        lock (gate)
        {
            if (session is null || !untold)
            {
                return null;
            }

            live = session;
            settings = new SessionSettings { Context = Remembered() };
        }

        return live.Configure(settings) is { } fault ? From(fault) : null;
    }
}
