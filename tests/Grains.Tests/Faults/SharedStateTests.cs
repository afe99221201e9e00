using System.Collections.Concurrent;
using Conversation.Conformance;
using Conversation.Conformance.Client;
using Conversation.Conformance.Engines;
using Conversation.Grains.Composition;
using Conversation.Grains.Events;
using Conversation.Grains.Storage;
using Conversation.Grains.Tenants;
using Conversation.Grains.Tests.Board;
using Conversation.Grains.Tests.Conformance;
using Conversation.Sessions;
using Conversation.Sessions.Store;
using Conversation.Sessions.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Streams;

namespace Conversation.Grains.Tests.Faults;

/// <summary>What the silos share: grain storage that fails, hangs and is written by others; tenants; the stream of events.</summary>
[Collection(FaultCollection.Name)]
public sealed class SharedStateTests : IAsyncLifetime
{
    private readonly TroubledStorage storage = new();
    private ClusterHost host = null!;

    public async Task InitializeAsync() => host = await ClusterHost.StartAsync(
        new ConformanceSetup { Tenants = new Dictionary<string, TenantOptions> { ["three"] = new() { Key = "secret", MaxSessions = 3 } } },
        grains: new GrainOptions { SharedStorage = true },
        also: silo =>
        {
            silo.UseInMemoryReminderService().AddMemoryGrainStorage(StorageNames.Tenants);
            silo.Services.AddKeyedSingleton<IGrainStorage>(StorageNames.Sessions, storage);
        });

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Storage_that_throws_or_hangs_stops_no_conversation()
    {
        var call = await Caller.OpenAsync(host.Gateway(0));
        await TypedAsync(call, "one");
        storage.Fails = true;
        await TypedAsync(call, "two");
        Assert.Equal("store_failed", (await call.Client.EverAsync<SessionEvent.Error>()).Code);
        storage.Fails = false;
        storage.Gate.Hold();
        Assert.Null(call.Session.Type("three"));
        await call.Client.NextAsync<SessionEvent.ReplyEnded>(ended => ended.Generation == 3);
        await storage.Gate.ArrivedAsync();
        Assert.Null(call.Session.Type("four"));
        await call.Client.NextAsync<SessionEvent.ReplyEnded>(ended => ended.Generation == 4);
        Assert.Equal(2, call.Client.All<SessionEvent.TurnCompleted>().Count);
        storage.Gate.Release();
        await call.Client.NextAsync<SessionEvent.TurnCompleted>(done => done.Turn == 4);
        Assert.Equal(["one", "two", "three", "four"], storage.Record(call.Id).Turns.Select(turn => turn.User));

        // Reopening needs it: refused with the reason, and not for ever.
        call.Session.Close("server_stopping");
        await call.Client.NextAsync<SessionEvent.Closed>();
        storage.Fails = true;
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResumeAsync(host.Gateway(1)));
        Assert.Contains("store_failed", refused.Message, StringComparison.Ordinal);
        storage.Fails = false;
        Assert.Equal(4, (await call.ResumeAsync(host.Gateway(1))).Opened.History.Count);
    }

    [Fact]
    public async Task Who_was_superseded_writes_no_more_and_its_client_is_told_to_look_elsewhere()
    {
        var call = await Caller.OpenAsync(host.Gateway(0));
        await TypedAsync(call, "one");

        // As a silo does that takes this one for dead.
        var id = GrainId.Parse($"conversation.session/{call.Id}", null);
        var other = new GrainSlot(storage, id, null);
        var record = (await other.ReadAsync())!;
        await other.WriteAsync(record with { Turns = [.. record.Turns, new TurnLine(2, "elsewhere", "said", false)] });

        Assert.Null(call.Session.Type("two"));
        Assert.Equal("session_lost", (await call.Client.NextAsync<SessionEvent.Closed>()).Reason);
        Assert.Single(call.Client.All<SessionEvent.TurnCompleted>());
        Assert.Equal(["one", "elsewhere"], storage.Record(call.Id).Turns.Select(turn => turn.User));

        // Whoever owns it writes on, whatever others tried; moved, over a write that hung where it came from, and that one's next comes too late.
        await other.WriteAsync(record);
        var moved = new GrainSlot(storage, id, other.Tag);
        await other.WriteAsync(record);
        await moved.WriteAsync(record);
        await Assert.ThrowsAsync<SessionSupersededException>(() => other.WriteAsync(record));
        Assert.Single(storage.Record(call.Id).Turns);
        var (a, b) = (new GrainSlot(storage, id, null), new GrainSlot(storage, id, null));
        await a.ReadAsync();
        await b.ReadAsync();
        await a.WriteAsync(record);
        await Assert.ThrowsAsync<SessionSupersededException>(() => b.WriteAsync(record));
        await Assert.ThrowsAsync<SessionSupersededException>(() => other.ClearAsync());
        await a.WriteAsync(record);
    }

    [Fact]
    public async Task A_tenant_s_sessions_are_counted_over_all_silos()
    {
        var request = Caller.AtOnce with { Tenant = "three", TenantKey = "secret" };
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => host.Gateway(n % 2).OpenAsync(request, new TestClient(), CancellationToken.None)));
        var open = results.Where(result => result.Session is not null).ToArray();
        Assert.Equal(3, open.Length);
        Assert.All(results.Where(result => result.Session is null), result => Assert.Equal("tenant_full", result.Fault!.Code));
        open[0].Session!.Close("client");
        var tenant = host.Get<IGrainFactory>(host.Silos[0]).GetGrain<ITenantGrain>(TenantGrain.KeyOf("three"));
        var used = default(TenantUsage);
        for (var tries = 0; used.Open != 2 && tries < 500; tries++)
        {
            used = await tenant.UsageAsync();
            await Task.Delay(10);
        }

        Assert.Equal(2, used.Open);
        Assert.NotNull((await host.Gateway(1).OpenAsync(request, new TestClient(), CancellationToken.None)).Session);
        Assert.Equal("tenant_full", (await host.Gateway(0).OpenAsync(request, new TestClient(), CancellationToken.None)).Fault?.Code);
    }

    [Fact]
    public async Task Who_looks_on_hears_of_turns_on_any_silo()
    {
        var heard = new ConcurrentQueue<SessionNotice>();
        var provider = host.Silos[1].ServiceProvider.GetRequiredKeyedService<IStreamProvider>(StreamNames.Events);
        var subscription = await provider.GetStream<SessionNotice>(SessionNotices.StreamOf("")).SubscribeAsync((notice, _) =>
        {
            heard.Enqueue(notice);
            return Task.CompletedTask;
        });
        var calls = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Caller.OpenAsync(host.Gateway(n % 2))));
        await Task.WhenAll(calls.Select(call => TypedAsync(call, "one")));
        foreach (var call in calls)
        {
            await Eventually.True(() => heard.Any(notice => notice.Session == call.Id && notice.Event is SessionEvent.TurnCompleted { User: "one" }), "the turn was told");
            Assert.Contains(heard, notice => notice.Session == call.Id && notice.Event is SessionEvent.HypothesisFinal { Text: "one" });
            Assert.DoesNotContain(heard, notice => notice.Event is SessionEvent.ReplyText);
        }

        await subscription.UnsubscribeAsync();
    }

    private static async Task<SessionEvent.TurnCompleted> TypedAsync(Caller call, string text)
    {
        Assert.Null(call.Session.Type(text));
        return await call.Client.NextAsync<SessionEvent.TurnCompleted>(done => done.User == text);
    }

    /// <summary>Grain storage that can be made to fail or to hang; keeps versions as a database does.</summary>
    private sealed class TroubledStorage : IGrainStorage
    {
        private readonly ConcurrentDictionary<string, (byte[] Json, int Version)> rows = new();

        public Gate Gate { get; } = new();

        public volatile bool Fails;

        public SessionRecord Record(string session) => Read(rows.Single(row => row.Key.Contains(session, StringComparison.Ordinal)).Value.Json).Record!;

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Check();
            var found = rows.TryGetValue(grainId.ToString(), out var row);
            grainState.RecordExists = found;
            grainState.ETag = found ? $"{row.Version}" : null;
            grainState.State = found ? (T)(object)Read(row.Json) : Activator.CreateInstance<T>();
            return Task.CompletedTask;
        }

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            await Gate.PassAsync(CancellationToken.None);
            Check();
            lock (rows)
            {
                var there = rows.TryGetValue(grainId.ToString(), out var row) ? $"{row.Version}" : null;
                if (there != grainState.ETag)
                {
                    throw new InconsistentStateException("Another has written.", there ?? "", grainState.ETag ?? "");
                }

                rows[grainId.ToString()] = (System.Text.Json.JsonSerializer.SerializeToUtf8Bytes((StoredSession)(object)grainState.State!), row.Version + 1);
                (grainState.ETag, grainState.RecordExists) = ($"{row.Version + 1}", true);
            }
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Check();
            lock (rows)
            {
                if (rows.TryGetValue(grainId.ToString(), out var row) && $"{row.Version}" != grainState.ETag)
                {
                    throw new InconsistentStateException("Another has written.", $"{row.Version}", grainState.ETag ?? "");
                }

                rows.TryRemove(grainId.ToString(), out _);
            }

            (grainState.ETag, grainState.RecordExists) = (null, false);
            return Task.CompletedTask;
        }

        private static StoredSession Read(byte[] json) => System.Text.Json.JsonSerializer.Deserialize<StoredSession>(json)!;

        private void Check()
        {
            if (Fails)
            {
                throw new InvalidOperationException("The storage was told to fail.");
            }
        }
    }
}
