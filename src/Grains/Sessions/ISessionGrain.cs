using Conversation.Sessions;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Conversation.Grains.Sessions;

/// <summary>One live session; key: its id. Which of its activations a call is meant for is told by the epoch that opening or moving gave.</summary>
[Alias("conversation.ISessionGrain")]
internal interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>Opens the session, or resumes it where <see cref="OpenSession.Resume"/> is set.</summary>
    [Alias("Open"), ResponseTimeout("00:00:20")]
    Task<OpenAnswer> OpenAsync(OpenCall call, ISessionObserver client, CancellationToken cancellation);

    /// <summary>Audio of the caller. <paramref name="order"/> counts what this connection sent to this epoch, from 0. What is lost on the way is a gap in the sequence, heard as silence.</summary>
    [Alias("Audio"), OneWay]
    Task AudioAsync(long epoch, Guid connection, long order, AudioIn audio);

    /// <summary>What the listener has heard.</summary>
    [Alias("Played"), OneWay]
    Task PlayedAsync(long epoch, int generation, long samples);

    /// <summary>What is not to be lost: typed text, settings, going, closing. False where this activation is not the one that is meant: ask again where the session has gone.</summary>
    [Alias("Control")]
    Task<bool> ControlAsync(long epoch, SessionControl control);

    /// <summary>The gateway is there and so is its client, by the connection's id.</summary>
    [Alias("Ping"), ResponseTimeout("00:00:05")]
    Task<PingAnswer> PingAsync(Guid connection);

    /// <summary>Asks the session to go to another silo at its next quiet moment, within a time. Returns at once.</summary>
    [Alias("Move")]
    Task MoveAsync(SiloAddress target, TimeSpan within);
}

/// <summary>What a session's gateway hears of it. Calls come one at a time, but in any order.</summary>
[Alias("conversation.ISessionObserver")]
internal interface ISessionObserver : IGrainObserver
{
    /// <summary>A frame of a reply. <paramref name="order"/> counts what this client was sent, from 0 at each epoch.</summary>
    [Alias("Frame"), OneWay]
    Task FrameAsync(long epoch, long order, AudioOut frame);

    /// <summary>An event.</summary>
    [Alias("Event"), OneWay]
    Task EventAsync(long epoch, long order, SessionEvent message);

    /// <summary>The session is about to move: keep what comes for it. Tells how much of what was sent has arrived: ask again until it is all.</summary>
    [Alias("Moving"), ResponseTimeout("00:00:02")]
    Task<long> MovingAsync(long epoch);

    /// <summary>The session has moved: it goes on from the message after <paramref name="lastSequence"/>.</summary>
    [Alias("Moved"), OneWay]
    Task MovedAsync(long epoch, long lastSequence);
}

/// <summary>An opening: the request, the client's secret, the connection it comes by, and the silo of its gateway.</summary>
[GenerateSerializer, Immutable, Alias("conversation.OpenCall")]
internal sealed record OpenCall([property: Id(0)] OpenSession Request, [property: Id(1)] string Token, [property: Id(2)] Guid Connection, [property: Id(3)] SiloAddress Gateway);

/// <summary>What became of it.</summary>
[GenerateSerializer, Immutable, Alias("conversation.OpenAnswer")]
internal sealed record OpenAnswer([property: Id(0)] OpenedSession? Opened, [property: Id(1)] SessionFault? Fault, [property: Id(2)] long Epoch);

/// <summary>Messages of audio that follow one another, all of the same length: PCM16 at the client's rate.</summary>
[GenerateSerializer, Immutable, Alias("conversation.AudioIn")]
internal sealed record AudioIn([property: Id(0)] long Sequence, [property: Id(1)] int Messages, [property: Id(2)] byte[] Pcm)
{
    /// <summary>Without messages: the caller's turn is over before this sequence (true), or is to be forgotten (false).</summary>
    [Id(3)]
    public bool? EndTurn { get; init; }
}

/// <summary>A frame: PCM16 at the output rate.</summary>
[GenerateSerializer, Immutable, Alias("conversation.AudioOut")]
internal sealed record AudioOut([property: Id(0)] int Generation, [property: Id(1)] long Position, [property: Id(2)] byte[] Pcm);

/// <summary>What a carrier asks of a session: exactly one of these.</summary>
[GenerateSerializer, Immutable, Alias("conversation.SessionControl")]
internal sealed record SessionControl
{
    /// <summary>The caller typed.</summary>
    [Id(0)]
    public string? Text { get; init; }

    /// <summary>Other settings.</summary>
    [Id(1)]
    public SessionSettings? Settings { get; init; }

    /// <summary>This connection is gone.</summary>
    [Id(2)]
    public Guid? Gone { get; init; }

    /// <summary>The session shall close.</summary>
    [Id(3)]
    public string? CloseReason { get; init; }

    /// <summary>The listener wants no more of the reply.</summary>
    [Id(4)]
    public bool Stop { get; init; }

    /// <summary>The call whose result this is.</summary>
    [Id(5)]
    public string? Call { get; init; }

    /// <summary>What the client's function gave.</summary>
    [Id(6)]
    public string? Result { get; init; }

    /// <summary>A reply that is asked for.</summary>
    [Id(7)]
    public ReplyRequest? Answer { get; init; }

    /// <summary>The last end of a turn before that, as <see cref="AudioIn.EndTurn"/> numbers it; -1 for none.</summary>
    [Id(8)]
    public long After { get; init; } = -1;

    /// <summary>What is asked for beside the conversation.</summary>
    [Id(9)]
    public AsideRequest? Aside { get; init; }

    /// <summary>True for going and closing: done also where the session is not there any more.</summary>
    public bool IsParting => Gone is not null || CloseReason is not null;
}

/// <summary>Whether the session is live and this connection its client's; if so the highest message it has. The epoch is 0 where there is neither session nor client.</summary>
[GenerateSerializer, Immutable, Alias("conversation.PingAnswer")]
internal readonly record struct PingAnswer([property: Id(0)] bool Live, [property: Id(1)] long Epoch, [property: Id(2)] long LastSequence);
