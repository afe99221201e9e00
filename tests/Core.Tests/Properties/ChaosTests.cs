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
    public void And_in_long_sessions() => Holds(new CoreOptions { OutputRate = 8_000, Idle = new() { CloseAfterPrompts = true } }, 40, 3_000);

    [Fact]
    public void And_where_the_client_ends_turns_and_asks_for_replies() =>
        Holds(new CoreOptions { Greet = false, Turns = new() { EndThemselves = false, Answer = false, Interrupt = false } }, 800, 150);

    [Fact]
    public void And_where_turns_end_themselves_and_wait_to_be_answered() => Holds(new CoreOptions { Turns = new() { Answer = false } }, 500, 150);

    [Fact]
    public void And_where_replies_are_not_to_be_interrupted() => Holds(new CoreOptions { Turns = new() { Interrupt = false } }, 500, 150);

    // CHAOS=20 tries twenty times as many.
    private static readonly int Times = int.Parse(Environment.GetEnvironmentVariable("CHAOS") ?? "1", System.Globalization.CultureInfo.InvariantCulture);

    private static void Holds(CoreOptions options, int tests, int size)
    {
        var steps = Arb.From(Gen.Choose(0, int.MaxValue).ArrayOf(), ShrinkArray);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests * Times).WithStartSize(5).WithEndSize(size), Prop.ForAll(steps, numbers => new Chaos(options).Run(numbers)));
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
