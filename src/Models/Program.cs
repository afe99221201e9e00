using Conversation.Models;
using Conversation.Models.Commands;
using Conversation.Models.Doctor;
using Conversation.Models.Manifest;
using Conversation.Models.Pull;

(Arguments? arguments, string? fault) = Arguments.Parse(args);
if (arguments is null || arguments.Verb is not ("pull" or "list" or "verify" or "licences" or "doctor"))
{
    Console.Error.WriteLine(fault ?? $"{args[0]} is not a verb");
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

ModelManifest manifest = ModelManifest.Embedded();
ModelCatalog catalog = ModelCatalog.Default;
if (arguments.Verb == "licences")
{
    Console.Out.Write(Licences.Text(manifest));
    return 0;
}

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

(IReadOnlyList<ModelArtifact> artifacts, string? unknown) = Selection.Of(manifest, arguments, LocalSystem.Rid);
if (unknown is not null)
{
    Console.Error.WriteLine(unknown);
    return 2;
}

try
{
    return arguments.Verb switch
    {
        "pull" => await PullCommand.RunAsync(manifest, catalog, artifacts, arguments, stop.Token),
        "verify" => VerifyCommand.Run(catalog, artifacts, LocalSystem.Rid, Console.Out),
        "list" => ListCommand.Run(manifest, catalog, LocalSystem.Rid, Console.Out),
        _ => Report.Write(Checkup.Run(manifest, catalog, arguments), Console.Out),
    };
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("\nStopped. Run the command again: it continues where it stopped.");
    return 130;
}
