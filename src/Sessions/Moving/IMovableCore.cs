using Conversation.Core;
using Conversation.Core.Trace;

namespace Conversation.Sessions.Moving;

/// <summary>A core that can go on elsewhere.</summary>
internal interface IMovableCore : ISessionCore
{
    /// <summary>Whether nothing is going on.</summary>
    bool IsQuiet { get; }

    /// <summary>Whether its state is known well enough to be taken along.</summary>
    bool CanMove { get; }

    /// <summary>All of its state; null where it cannot move.</summary>
    CoreSnapshot? Snapshot();
}

/// <summary>How long a move may wait.</summary>
internal enum MoveUrgency
{
    /// <summary>Until nobody speaks, nothing is being done, and all turns are written.</summary>
    WhenQuiet,

    /// <summary>Until the reply being said is wholly made.</summary>
    WhenWhole,

    /// <summary>Not at all: a reply still being made ends with what there is. Only where there is nothing of it yet, a moment.</summary>
    Now,
}
