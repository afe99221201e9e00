using Conversation.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Conversation.Gateway.Rest;

/// <summary>Faults as problem details (RFC 9457), with <c>code</c> and <c>setting</c> as on the wire of a session.</summary>
internal static class Problems
{
    public static ProblemHttpResult From(SessionFault fault, int status) => TypedResults.Problem(
        title: fault.Message,
        statusCode: status,
        extensions: fault.Setting is null
            ? [new("code", fault.Code)]
            : [new("code", fault.Code), new("setting", fault.Setting)]);

    public static Task Write(HttpContext context, SessionFault fault, int status) => From(fault, status).ExecuteAsync(context);
}
