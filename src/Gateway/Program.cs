using Conversation.Gateway.Hosting;

return await GatewayProgram.Run(args, Console.Out, Console.Error).ConfigureAwait(false);
