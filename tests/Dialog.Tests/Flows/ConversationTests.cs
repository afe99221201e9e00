using System.Globalization;
using System.Text;
using Conversation.Core;
using Conversation.Dialog.Flows.Appointments;

namespace Conversation.Dialog.Tests.Flows;

/// <summary>
/// Whole conversations as text. A script's caller lines are played; what came of them must equal the script. Written anew, to be read before it is committed,
/// with the environment variable CONVERSATION_APPROVE naming the folder of the scripts.
/// </summary>
public sealed class ConversationTests
{
    public static TheoryData<string, string> Scripts()
    {
        var data = new TheoryData<string, string>();
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Scripts"), "*.txt").Order(StringComparer.Ordinal))
        {
            foreach (var part in Split(File.ReadAllText(file)))
            {
                data.Add(Path.GetFileName(file), part.Split('\n')[0]);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task GoesAsWritten(string file, string title)
    {
        var written = Split(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Scripts", file))).Single(p => p.Split('\n')[0] == title);
        var played = await PlayAsync(written);
        if (Environment.GetEnvironmentVariable("CONVERSATION_APPROVE") is { Length: > 0 } folder)
        {
            var path = Path.Combine(folder, file);
            var text = await File.ReadAllTextAsync(path);
            await File.WriteAllTextAsync(path, text.Replace("== " + written.Trim(), "== " + played.Trim(), StringComparison.Ordinal));
            return;
        }

        Assert.Equal(written.Trim(), played.Trim());
    }

    [Fact]
    public void ThereAreEnough() => Assert.True(Scripts().Count >= 25);

    private static string[] Split(string text) => [.. text.ReplaceLineEndings("\n").Split("== ", StringSplitOptions.RemoveEmptyEntries).Select(p => p.Trim()).Where(p => p.Length > 0 && !p.StartsWith('#'))];

    private static async Task<string> PlayAsync(string script)
    {
        var clinic = await Clinic.OpenAsync();
        var trace = new StringBuilder();
        var lines = script.Split('\n');
        trace.Append(lines[0]).Append('\n');
        // "from: NUMBER": a telephone call, whose greeting and keys are part of the script.
        var from = lines.Length > 1 && lines[1].StartsWith("from:", StringComparison.Ordinal) ? new DialogCaller { Number = lines[1][5..].Trim() } : null;
        var caller = new Caller(clinic.Responder, from: from);
        var greeting = await caller.GreetAsync();
        if (from is not null)
        {
            trace.Append(lines[1]).Append('\n').Append("clinic: ").Append(greeting.Text).Append('\n').Append(Keys(greeting));
        }

        var slots = "";
        var book = Book(clinic.Book);
        foreach (var line in lines[1..])
        {
            Caller.Reply reply;
            if (line.StartsWith("heard: ", StringComparison.Ordinal))
            {
                caller.Interrupt(line[7..]);
                trace.Append(line).Append('\n');
                continue;
            }
            else if (line.StartsWith("caller: ", StringComparison.Ordinal))
            {
                var text = line[8..];
                var speculated = await caller.SpeculateAsync(text);
                Assert.Equal(book, Book(clinic.Book));
                reply = await caller.SayAsync(text);
                Assert.StartsWith(speculated, reply.Text);
            }
            else if (line is "(silence)" or "(fault)")
            {
                reply = await caller.TurnAsync("", line == "(silence)" ? ReplyKind.IdlePrompt : ReplyKind.Apology);
            }
            else
            {
                continue;
            }

            trace.Append(line).Append('\n').Append("clinic: ").Append(reply.Text).Append('\n');
            var now = string.Join(", ", caller.Slots.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key} {s.Value}"));
            if (now != slots)
            {
                trace.Append("  slots: ").Append(now.Length == 0 ? "none" : now).Append('\n');
                slots = now;
            }

            var after = Book(clinic.Book);
            foreach (var gone in book.Except(after))
            {
                trace.Append("  book: - ").Append(gone).Append('\n');
            }

            foreach (var added in after.Except(book))
            {
                trace.Append("  book: + ").Append(added).Append('\n');
            }

            book = after;
            trace.Append(reply.Transfer is null ? "" : $"  transfer: {reply.Transfer}\n").Append(reply.HangUp is null ? "" : $"  hang up: {reply.HangUp}\n");
            trace.Append(reply.Expects is null or ExpectedAnswer.Open ? "" : $"  expects: {reply.Expects}\n").Append(from is null ? "" : Keys(reply));
            Assert.NotEqual("", reply.Text.Trim());
        }

        return trace.ToString();
    }

    private static string Keys(Caller.Reply reply) => reply.Keys is { } keys
        ? string.Create(CultureInfo.InvariantCulture, $"  keys: {(keys.Most == 0 ? "any" : keys.Most)}{(keys.Terminators.Length > 0 ? " or " + keys.Terminators : "")} or {keys.Timeout.TotalSeconds} s\n")
        : "";

    private static string[] Book(AppointmentBook book) =>
        [.. book.All(FixedTime.Today).Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Name} {a.Date:yyyy-MM-dd} {a.Time:HH:mm} {a.Phone}").Trim()).Order(StringComparer.Ordinal)];
}
