using Conversation.Dialog.Flows;
using Conversation.Dialog.Flows.Appointments;
using Conversation.Dialog.Flows.Definition;
using Conversation.Inference.Ports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conversation.Dialog.Tests.Flows;

/// <summary>The shipped clinic with an appointment book of its own.</summary>
internal sealed class Clinic
{
    public required FlowResponder Responder { get; init; }

    public required AppointmentBook Book { get; init; }

    public static string File => Path.Combine(AppContext.BaseDirectory, "flows", "clinic.yaml");

    public static async Task<Clinic> OpenAsync(ITextEmbedder? embedder = null)
    {
        var text = await System.IO.File.ReadAllTextAsync(File);
        // The actions' names are needed to read the file, and the file to make the book.
        var draft = AppointmentActions.For(new AppointmentBook(new BookDefinition(), null));
        var (flow, faults) = FlowReader.Read(text, draft);
        Assert.Empty(faults);
        var book = new AppointmentBook(flow!.Backend.Appointments!, null);
        return new Clinic
        {
            Book = book,
            Responder = await FlowResponder.CreateAsync("clinic", flow, embedder ?? Embedders.Real, AppointmentActions.For(book), NullLogger.Instance, CancellationToken.None),
        };
    }
}
