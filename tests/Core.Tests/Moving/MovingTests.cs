using Conversation.Core.Endpointing;
using Conversation.Core.Tests.Properties;
using Conversation.Core.Tests.Scenarios;
using Conversation.Core.Tests.World;
using Conversation.Core.Trace;
using FsCheck;
using FsCheck.Fluent;

namespace Conversation.Core.Tests.Moving;

/// <summary>A session that moves between any two inputs says and asks the same as one that stays.</summary>
public sealed partial class MovingTests(Xunit.Abstractions.ITestOutputHelper output)
{

    public static TheoryData<string> Names => ScenarioTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_scenario_moved_anywhere_gives_its_trace(string name)
    {
        Room.Play(Script.Parse(ScenarioTests.Timeline(name)), out var room);
        var recorded = new Recorded(room.Recording, room.Judge);
        var random = new Random(name.Length);
        Mover.MoveAtEach(recorded, Interesting(recorded).Concat(Some(random, recorded.Steps.Count, 60)));
        Mover.MoveAgainAndAgain(recorded, Interesting(recorded).Concat(Some(random, recorded.Steps.Count, 60)));
        output.WriteLine(Mover.Moves.ToString());
    }

    [Fact]
    public void So_does_whatever_comes() => Chaotic(new CoreOptions(), 400, 150);

    [Fact]
    public void Without_a_greeting_and_with_a_patient_ear() => Chaotic(new CoreOptions { Greet = false, Endpointing = EndpointingOptions.Patient, Idle = new() { Prompts = 0 } }, 200, 100);

    [Fact]
    public void In_long_sessions() => Chaotic(new CoreOptions { OutputRate = 8_000, Idle = new() { CloseAfterPrompts = true } }, 10, 2_000);

    [Fact]
    public void A_caller_who_speaks_at_any_moment_is_not_lost() =>
        Check.One(Tries.Of(60, 3, 24), Prop.ForAll(Gen.Choose(0, int.MaxValue).ArrayOf().ToArbitrary(), numbers =>
        {
            Room.Play(Script.Parse(NoWordIsLostTests.Timeline(numbers, out _)), out var room);
            var recorded = new Recorded(room.Recording, room.Judge);
            var random = new Random(numbers.Length == 0 ? 0 : numbers[0]);
            Mover.MoveAtEach(recorded, Some(random, recorded.Steps.Count, 10));
            Mover.MoveAgainAndAgain(recorded, Some(random, recorded.Steps.Count, 20));
        }));

    [Fact]
    public void Moved_before_every_single_input()
    {
        Room.Play(Script.Parse(ScenarioTests.Timeline("interruption.txt")), out var room);
        var recorded = new Recorded(room.Recording, room.Judge);
        Mover.MoveAtEach(recorded, Enumerable.Range(0, recorded.Steps.Count));
        Mover.MoveAgainAndAgain(recorded, Enumerable.Range(0, recorded.Steps.Count));
    }

    private void Chaotic(CoreOptions options, int tests, int size)
    {
        var steps = Gen.Choose(0, int.MaxValue).ArrayOf().ToArbitrary();
        Check.One(Tries.Of(tests, 5, size), Prop.ForAll(steps, numbers =>
        {
            var chaos = new Chaos(options);
            chaos.Run(numbers);
            var random = new Random(numbers.Length == 0 ? 0 : numbers[0]);
            var inputs = chaos.Log.Where(SessionTrace.IsInput).Select(line => random.Next(8) == 0 ? Ahead(line) : line).ToList();
            for (var i = random.Next(3); i > 0; i--)
            {
                // Somebody changes the settings.
                var at = random.Next(inputs.Count) + 1;
                var other = options with { Endpointing = EndpointingOptions.Preset(EndpointingOptions.Presets[random.Next(3)])! };
                inputs.Insert(at, SessionTrace.Configured(other, TimeSpan.Zero));
            }

            var recorded = Recorded.Of(options, inputs);
            Mover.MoveAtEach(recorded, Some(random, recorded.Steps.Count, 4));
            Mover.MoveAgainAndAgain(recorded, Some(random, recorded.Steps.Count, 6));
        }));
        output.WriteLine(Mover.Moves.ToString());
    }

    // A reply's input that comes before it was asked for, as none should.
    private static string Ahead(string line) => GenerationPattern().Replace(line, m => "generation=" + (int.Parse(m.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) + 1));

    [System.Text.RegularExpressions.GeneratedRegex("generation=(\\d+)")]
    private static partial System.Text.RegularExpressions.Regex GenerationPattern();

    // Where something comes of an input, before and after it.
    private static IEnumerable<int> Interesting(Recorded recorded) =>
        Enumerable.Range(0, recorded.Steps.Count).Where(i => recorded.Steps[i].Outputs.Count > 0).SelectMany(i => new[] { i, i + 1 });

    private static IEnumerable<int> Some(Random random, int below, int count) => Enumerable.Range(0, count).Select(_ => random.Next(below)).ToList();
}
