using Conversation.Dialog.Flows.Actions;
using Conversation.Dialog.Flows.Appointments;
using Conversation.Dialog.Flows.Definition;
using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging;

namespace Conversation.Dialog.Flows;

/// <summary>Makes a responder of a flow's file: reads it, opens its backend, embeds its examples.</summary>
internal static class FlowFactory
{
    public static async Task<FlowResponder> LoadAsync(string name, ResponderOptions options, ITextEmbedder embedder, IReadOnlyList<IFlowAction> more, ILoggerFactory logging, TimeProvider time, CancellationToken cancellation)
    {
        var file = Find(options.File!) ?? throw new ArgumentException($"Dialog:Responders:{name}:File is '{options.File}', which is neither in the working folder nor in {AppContext.BaseDirectory}.");
        var text = await File.ReadAllTextAsync(file, cancellation).ConfigureAwait(false);
        var (flow, actions, faults) = Read(text, options.AppointmentsFile, more, time);
        if (flow is null)
        {
            throw new FlowException(file, faults);
        }

        return await FlowResponder.CreateAsync(name, flow, embedder, actions, logging.CreateLogger<FlowResponder>(), cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads twice: once for the backend the file describes, then checked against that backend's actions.</summary>
    public static (FlowDefinition? Flow, IReadOnlyList<IFlowAction> Actions, IReadOnlyList<FlowFault> Faults) Read(string text, string? appointments, IReadOnlyList<IFlowAction> more, TimeProvider time)
    {
        var backend = FlowReader.ReadBackend(text);
        List<IFlowAction> actions = [.. more];
        if (backend.Appointments is { } book)
        {
            actions.AddRange(AppointmentActions.For(new AppointmentBook(book, appointments ?? book.File)));
        }

        actions.AddRange(backend.Webhooks.Values.Select(w => new WebhookAction(w, WebhookAction.SharedClient, time)));
        var (flow, faults) = FlowReader.Read(text, actions);
        return (flow, actions, faults);
    }

    private static string? Find(string file) => File.Exists(file) ? file : Path.Combine(AppContext.BaseDirectory, file) is var beside && File.Exists(beside) ? beside : null;
}
