using Conversation.Conformance.Engines;
using Conversation.Sessions;

namespace Conversation.Conformance.Client;

/// <summary>Somebody in a session, with a client and a microphone.</summary>
public sealed class Caller
{
    /// <summary>Long enough to end any turn.</summary>
    public static readonly TimeSpan EndOfTurn = TimeSpan.FromMilliseconds(1_600);

    private readonly OpenSession request;
    private long sequence;

    private Caller(OpenSession request, TestClient client, OpenResult result)
    {
        this.request = request;
        Client = client;
        Session = result.Session!;
        Opened = result.Opened!;
        sequence = Opened.LastSequence + 1;
        client.Opened(Session);
    }

    public TestClient Client { get; }

    public ISession Session { get; }

    public OpenedSession Opened { get; }

    public string Id => Opened.Session;

    /// <summary>Sends everything at once: for what does not depend on pace.</summary>
    public static OpenSession AtOnce { get; } = new() { Lead = TimeSpan.FromMinutes(2) };

    /// <summary>Sends at the pace of speech.</summary>
    public static OpenSession AtPace { get; } = new() { Lead = TimeSpan.FromMilliseconds(200) };

    public static async Task<Caller> OpenAsync(ISessions gateway, OpenSession? request = null, TestClient? client = null)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        request ??= AtOnce;
        client ??= new TestClient();
        var result = await gateway.OpenAsync(request, client, CancellationToken.None).WaitAsync(Patience.Long, TimeProvider.System).ConfigureAwait(false);
        return result.Fault is null ? new Caller(request, client, result) : throw new InvalidOperationException($"Not opened: {result.Fault}");
    }

    /// <summary>Comes back with a new client.</summary>
    public async Task<Caller> ResumeAsync(ISessions gateway, int generation = 0, long played = 0, bool hearsAtOnce = true)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        return await OpenAsync(gateway, request with { Resume = new ResumeSession(Id, Opened.Token, generation, played) }, new TestClient(hearsAtOnce, resumes: true)).ConfigureAwait(false);
    }

    /// <summary>Says the words, and goes on listening.</summary>
    public void Say(string words) => Push(SpokenWords.Say(words, request.InputRate));

    /// <summary>Says nothing for so long.</summary>
    public void Wait(TimeSpan length) => Push(SpokenWords.Silence(length, request.InputRate));

    /// <summary>Says the words and waits until they are taken for a turn.</summary>
    public void Ask(string words)
    {
        Say(words);
        Wait(EndOfTurn);
    }

    /// <summary>Sends audio in messages of 20 ms.</summary>
    public void Push(ReadOnlySpan<short> pcm)
    {
        var message = request.InputRate / 50;
        while (!pcm.IsEmpty)
        {
            var part = pcm[..Math.Min(message, pcm.Length)];
            Assert.Null(Session.PushAudio(sequence++, part));
            pcm = pcm[part.Length..];
        }
    }

    /// <summary>Sends the last <paramref name="messages"/> numbers again, with other audio.</summary>
    public void Repeat(int messages)
    {
        for (var i = sequence - messages; i < sequence; i++)
        {
            Assert.Null(Session.PushAudio(i, SpokenWords.Say("stop", request.InputRate).AsSpan(0, request.InputRate / 50)));
        }
    }

    /// <summary>Loses <paramref name="messages"/> on the way.</summary>
    public void Lose(int messages) => sequence += messages;

    /// <summary>Has heard so much.</summary>
    public void Hear(int generation, long samples) => Session.Played(generation, samples);
}
