using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace Conversation.Silo.Postgres;

/// <summary>What PostgreSQL's refusals mean, and whether waiting helps.</summary>
internal static class PostgresFaults
{
    /// <summary>True where the server is away, starting, stopping or has no connection free: it may be otherwise in a while.</summary>
    public static bool MayPass(Exception fault) => fault is DbException { IsTransient: true } or SocketException or TimeoutException or IOException;

    /// <summary>In words, with what to do; never the password.</summary>
    public static string Tell(Exception fault, NpgsqlConnectionStringBuilder target)
    {
        var at = $"PostgreSQL at {target.Host}:{target.Port}";
        return fault switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword } => $"{at} refuses the password of '{target.Username}'. Set it in Silo:ConnectionString.",
            PostgresException { SqlState: PostgresErrorCodes.InvalidAuthorizationSpecification } => $"{at} does not let '{target.Username}' in: {Words(fault)}.",
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => $"{at} has no database '{target.Database}'. Make it (createdb), or name another in Silo:ConnectionString.",
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
                $"{at}: '{target.Username}' may not make or use the tables in '{target.Database}' ({Words(fault)}). Grant CREATE on the schema, or run src/Silo/Sql/*.sql as its owner and set Silo:CreateSchema=false.",
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } => $"{at} has no room left on its disk.",
            _ when MayPass(fault) => $"{at} does not answer: {Words(fault)}",
            _ => $"{at}: {Words(fault)}",
        };
    }

    private static string Words(Exception fault) => fault is PostgresException refused ? refused.MessageText : fault.InnerException is { } inner ? $"{fault.Message} ({inner.Message})" : fault.Message;
}
