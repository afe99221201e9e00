using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using Anthropic.Core;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Conversation.Dialog.Chat;

/// <summary>Makes the client for a chat server.</summary>
internal static class ChatClients
{
    public static IChatClient Create(string name, ResponderOptions options, TimeProvider time)
    {
        var setting = $"Dialog:Responders:{name}";
        // Stalls are watched word by word by the responder: an overall timeout would cut a long answer.
        var http = new HttpClient(new ChatRetryHandler(setting, options, time, new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })) { Timeout = Timeout.InfiniteTimeSpan };
        return options.Type == "anthropic" ? Anthropic(options, http) : OpenAi(options, http);
    }

    private static string Key(ResponderOptions options, string fallback) => Environment.GetEnvironmentVariable(options.ApiKeyVariable ?? fallback) is { Length: > 0 } key ? key : "none";

    private static OpenAiChatClient OpenAi(ResponderOptions options, HttpClient http)
    {
        var settings = new OpenAIClientOptions { Transport = new HttpClientPipelineTransport(http), RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = Timeout.InfiniteTimeSpan };
        if (options.BaseUrl is { } url)
        {
            settings.Endpoint = new Uri(url);
        }

        return new OpenAiChatClient(new OpenAI.Chat.ChatClient(options.Model!, new ApiKeyCredential(Key(options, "OPENAI_API_KEY")), settings));
    }

    private static IChatClient Anthropic(ResponderOptions options, HttpClient http)
    {
        var settings = new ClientOptions { HttpClient = http, ApiKey = Key(options, "ANTHROPIC_API_KEY"), MaxRetries = 0, Timeout = TimeSpan.FromMinutes(10) };
        if (options.BaseUrl is { } url)
        {
            settings = settings with { BaseUrl = url };
        }

        return new AnthropicClient(settings).AsIChatClient(options.Model!, options.MaxTokens);
    }
}
