namespace Conversation.Silo.Hosting;

/// <summary>The silo cannot start, for a reason outside of it that the message tells, with what to do.</summary>
internal sealed class SiloStartException : Exception
{
    public SiloStartException(string message)
        : base(message)
    {
    }

    public SiloStartException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    public SiloStartException()
    {
    }
}
