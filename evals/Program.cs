using System.CommandLine;
using Conversation.Evals;

// Measurements with real weights. Each command prints a table, or one JSON object with --json.
var root = new RootCommand("Measures recognition, voice activity and speech.") { WerCommand.Create(), NonSpeechCommand.Create(), RoundTripCommand.Create(), SpeakersCommand.Create(), LikenessCommand.Create(), EndpointingCommand.Create(), EndpointingTrainCommand.Create(), Conversation.Evals.Platform.PlatformCommand.Create(), Conversation.Evals.Answering.AnsweringCommand.Create() };
return await root.Parse(args).InvokeAsync();
