using Conversation.Silo.Hosting;

return await SiloProgram.Run(args, Console.Out, Console.Error).ConfigureAwait(false);
