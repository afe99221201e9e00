/** An expected failure with the server's code for it. */
export class ConversationError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "ConversationError";
  }
}

/** Reads a HubException: `CODE: text`, behind SignalR's own words or plain. */
export function toConversationError(fault: unknown, fallback: string): ConversationError {
  if (fault instanceof ConversationError) {
    return fault;
  }

  const message = fault instanceof Error ? fault.message : String(fault);
  const told = message.includes("HubException:") ? message.slice(message.indexOf("HubException:") + 13).trim() : message;
  const match = /^([a-z][a-z0-9_.-]*): (.+)$/s.exec(told);
  return match ? new ConversationError(match[1]!, match[2]!) : new ConversationError(fallback, told);
}
