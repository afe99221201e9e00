using FsCheck;
using FsCheck.Fluent;

namespace Conversation.Core.Tests.Properties;

/// <summary>The invariants of <see cref="World.Invariants"/> under random inputs in random order.</summary>
public sealed class ChaosTests
{
    [Fact]
    public void Whatever_comes_nothing_forbidden_happens_and_silence_ends_everything() => Holds(new CoreOptions(), 1_500, 150);

    [Fact]
    public void So_it_is_without_a_greeting_and_with_a_patient_ear() =>
        Holds(new CoreOptions { Greet = false, Endpointing = Endpointing.EndpointingOptions.Patient, Idle = new() { Prompts = 0 } }, 800, 100);

    [Fact]
    public void And_in_long_sessions() => Holds(LongSessions, 40, 3_000);

    [Fact]
    public void And_where_the_client_ends_turns_and_asks_for_replies() =>
        Holds(new CoreOptions { Greet = false, Turns = new() { EndThemselves = false, Answer = false, Interrupt = false } }, 800, 150);

    [Fact]
    public void And_where_turns_end_themselves_and_wait_to_be_answered() => Holds(new CoreOptions { Turns = new() { Answer = false } }, 500, 150);

    [Fact]
    public void And_where_replies_are_not_to_be_interrupted() => Holds(new CoreOptions { Turns = new() { Interrupt = false } }, 500, 150);

    /// <summary>What was once found, by its shrunk list.</summary>
    [Theory]
    [InlineData(205813888, 248315264, 1139166282, 1556653665, 1349654250, 165157733, 660700926, 835912574, 255304000)]
    [InlineData(
        679210757, 331374921, 1418994605, 233129344, 1314285637, 2092030848, 126600197, 1157593665, 831343745, 1943107272, 681970120, 252691155, 656684423, 1511663622,
        1012275104, 1245006506, 1053906600, 1220684739, 2022736166, 1860969254, 1731157187, 1461786979, 1097229058, 1842649923, 1119897155, 1057802536, 1976813861,
        2139036459, 721422916, 1881923330, 1667743366, 192600836, 763835013, 1825829830, 166195428, 678121377, 698727306, 1700338697, 1141880871, 760779533)]
    public void What_was_found_once_stays_mended(params int[] numbers)
    {
        new Chaos(new CoreOptions()).Run(numbers);
        new Chaos(LongSessions).Run(numbers);
    }

    private static CoreOptions LongSessions => new() { OutputRate = 8_000, Idle = new() { CloseAfterPrompts = true } };

    private static void Holds(CoreOptions options, int tests, int size)
    {
        var steps = Arb.From(Gen.Choose(0, int.MaxValue).ArrayOf(), ShrinkArray);
        Check.One(Tries.Of(tests, 5, size), Prop.ForAll(steps, numbers => new Chaos(options).Run(numbers)));
    }

    // Whole stretches go first: a failing list of hundreds is small after a few dozen tries.
    private static IEnumerable<int[]> ShrinkArray(int[] numbers)
    {
        for (var chunk = numbers.Length / 2; chunk > 0; chunk /= 2)
        {
            for (var at = 0; at + chunk <= numbers.Length; at += chunk)
            {
                yield return [.. numbers[..at], .. numbers[(at + chunk)..]];
            }
        }
    }
}
