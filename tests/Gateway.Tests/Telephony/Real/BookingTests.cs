using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Conversation.Sessions;
using Conversation.TestKit;
using Conversation.TestKit.Telephony;
using Xunit.Abstractions;

namespace Conversation.Gateway.Tests.Telephony.Real;

/// <summary>A whole call in the demo flow: a SIP telephone, Asterisk, each way to here, the real models. The caller's lines are the platform's own voice at 8 kHz.</summary>
[Collection(PhoneLine.Collection)]
public sealed partial class BookingTests(PhoneLine line, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Number = "5551234567";
    private const int WavHeader = 44;

    public Task InitializeAsync() => line.Clear();

    public Task DisposeAsync() => Task.CompletedTask;

    [PhoneTheory]
    [InlineData("clinic-app")]
    [InlineData("clinic-json")]
    [InlineData("clinic-ari")]
    public async Task An_appointment_is_booked_by_speech(string extension)
    {
        var name = extension switch { "clinic-app" => "Peter Baker", "clinic-json" => "Mary Johnson", _ => "John Fisher" };
        await using var caller = await Call(extension);
        var (booked, says) = (false, "");
        var errors = default(WordErrors);
        for (var turn = 0; turn < 14 && !booked; turn++)
        {
            // A turn is told as completed once its reply has been heard to the end: then it is the caller's.
            var told = await line.Gateway.Turn(turn);
            output.WriteLine($"caller heard as: {told.User}{Environment.NewLine}platform:        {told.Reply}");
            // Digits may be written as figures: that they are right, the book says.
            errors += told.User.Length > 0 && !says.Contains("number", StringComparison.Ordinal) ? WordErrors.Between(says, told.User) : default;
            booked = told.Reply.Contains("booked in for", StringComparison.Ordinal);
            if (!booked && !told.Interrupted)
            {
                says = Answer(told.Reply, name) ?? says;
                output.WriteLine($"caller:          {says}");
                await Say(caller, says);
            }
        }

        Assert.True(booked, line.Gateway.Trace);
        caller.HangUp();
        await line.Gateway.Event<SessionEvent.Closed>();

        output.WriteLine($"words: {errors}");
        Assert.True(errors.Rate <= 0.1, $"{errors}");
        AssertBooked(name, "2163478194");
    }

    [PhoneTheory]
    [InlineData("clinic-app")]
    [InlineData("clinic-json")]
    [InlineData("clinic-ari")]
    public async Task An_appointment_is_booked_by_keys_alone(string extension)
    {
        // Times that no other test here asks for; one that is taken is followed by the next.
        var times = new Queue<string>(["1130", "1230", "1430", "1530", "1600", "1630"]);
        var number = extension switch { "clinic-app" => "5551230001", "clinic-json" => "5551230002", _ => "5551230003" };
        await using var caller = await Call(extension, number);
        var booked = false;
        for (var turn = 0; turn < 14 && !booked; turn++)
        {
            var told = await line.Gateway.Turn(turn);
            output.WriteLine($"keys taken as: {told.User}{Environment.NewLine}platform:      {told.Reply}");
            booked = told.Reply.Contains("booked in for", StringComparison.Ordinal);
            if (!booked)
            {
                var keys = Keys(told.Reply, times);
                output.WriteLine($"caller:        {keys}");
                foreach (var key in keys)
                {
                    caller.Press(key);
                    await Task.Delay(300);
                }
            }
        }

        Assert.True(booked, line.Gateway.Trace);
        AssertBooked("Telephone caller", number);
        caller.HangUp();
        await line.Gateway.Event<SessionEvent.Closed>();
    }

    [PhoneTheory]
    [InlineData("clinic-app")]
    [InlineData("clinic-json")]
    [InlineData("clinic-ari")]
    public async Task The_platform_learns_who_calls_and_the_dialplan_where_the_call_is_to_go(string extension)
    {
        var from = line.Asterisk.Log.Length;
        await using var caller = await Call(extension);
        await line.Gateway.Turn(0);
        await Say(caller, "I'd like to talk to a person, please.");
        await line.Asterisk.Logged("the plan learns transfer to reception", from);
        await caller.Closed();
        var told = Assert.Single(line.Gateway.Opened).Caller!;
        Assert.Equal((Number, "Anna Kowalski", extension), (told.Number, told.Name, told.Called));
        output.WriteLine(string.Join("; ", told.Attributes));
        Assert.Equal("77", told.Attributes.GetValueOrDefault("CUSTOMER"));
    }

    /// <summary>The caller's number, said as the platform reads it back.</summary>
    private const string SpokenNumber = "two one six, three four seven, eight one nine four";

    /// <summary>The demo flow's book holds it.</summary>
    private void AssertBooked(string name, string phone)
    {
        using var book = JsonDocument.Parse(File.ReadAllText(line.Gateway.Appointments));
        var booked = Assert.Single(book.RootElement.EnumerateArray(), appointment => appointment.GetProperty("name").GetString() == name && appointment.GetProperty("phone").GetString() == phone);
        output.WriteLine(booked.GetRawText());
    }

    private static string? Answer(string asked, string name)
    {
        // The last question counts: what came before it confirms.
        var question = asked.Split('.', '!').Last(part => part.Trim().Length > 0);
        return question switch
        {
            _ when question.Contains("How can I help", StringComparison.Ordinal) => "I'd like to book an appointment.",
            // A name or a number misheard is put right, as anybody would.
            _ when question.Contains("Is that right", StringComparison.Ordinal) => !asked.Contains(name, StringComparison.OrdinalIgnoreCase) ? $"No, my name is {name}."
                : asked.Contains(SpokenNumber, StringComparison.Ordinal) ? "Yes, that's right." : $"No, my number is {SpokenNumber}.",
            _ when question.Contains("calling from", StringComparison.Ordinal) => "No, it isn't.",
            _ when question.Contains("number", StringComparison.Ordinal) || question.Contains("missing", StringComparison.Ordinal) => $"My number is {SpokenNumber}.",
            _ when question.Contains("name", StringComparison.Ordinal) => $"My name is {name}.",
            _ when question.Contains("Would that", StringComparison.Ordinal) => "Yes, please.",
            // The first of the times that it offers.
            _ when Offered().Match(asked) is { Success: true } offer => $"At {offer.Groups[1].Value}, please.",
            _ when question.Contains("day", StringComparison.Ordinal) => "Next Wednesday, please.",
            _ => null,
        };
    }

    [GeneratedRegex(@"(?:I have|I could do|Would you like)(?:, for example,)? ([a-z' ]+?)(?:,| or |[.?])")]
    private static partial Regex Offered();

    private static string Keys(string asked, Queue<string> times) => asked switch
    {
        _ when asked.Contains("How can I help", StringComparison.Ordinal) => "1",
        _ when asked.Contains("Is that right", StringComparison.Ordinal) => "1",
        _ when asked.Contains("calling from", StringComparison.Ordinal) => "1",
        _ when asked.Contains("your name", StringComparison.Ordinal) => "1",
        _ when asked.Contains("time", StringComparison.Ordinal) || asked.Contains("Which would you like", StringComparison.Ordinal) => times.Dequeue(),
        // Tuesday of the week after next: no seed of the book lies there.
        _ => DateTime.Today.AddDays(16 - (int)DateTime.Today.DayOfWeek).ToString("MMdd", CultureInfo.InvariantCulture),
    };

    private async Task<Baresip> Call(string extension, string number = Number)
    {
        line.Gateway.Forget();
        var caller = await Baresip.Start(number, line.Asterisk.SipPort);
        await caller.Dial(extension, line.Asterisk.SipPort);
        return caller;
    }

    private async Task Say(Baresip caller, string text) => caller.Play(MemoryMarshal.Cast<byte, short>((await line.Gateway.Speak(text)).AsSpan(WavHeader)));
}
