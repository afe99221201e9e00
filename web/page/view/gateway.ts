import type { ConversationClient } from "../../client/browser";
import { byId } from "../dom";

/** The gateway as a person knows a place: its host. */
export function hostOf(gateway: string): string {
  return URL.canParse(gateway) ? new URL(gateway).host : gateway;
}

/** Which of several gateways the call goes through. Where there is one, there is nothing to tell. */
export function showGateway(client: ConversationClient | undefined): void {
  const several = client !== undefined && client.knownGateways.length > 1;
  byId("gateway").hidden = !several;
  byId("gateway").textContent = several ? `through ${hostOf(client.gateway)}` : "";
}
