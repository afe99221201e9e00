namespace Conversation.Silo.Tests;

public sealed class ProgramTests
{
    [Fact]
    public void Orleans_is_here() => Assert.NotNull(typeof(Orleans.Hosting.ISiloBuilder));
}
