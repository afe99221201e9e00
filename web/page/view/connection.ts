import type { ConnectionState } from "../../client/browser";
import { byId } from "../dom";
import { hostOf } from "./gateway";

/** Says that the connection is lost, for how long it will be tried, and that it is back. */
export class ConnectionBanner {
  private readonly box = byId("connection");
  private timer: ReturnType<typeof setInterval> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private lost = false;
  private gateway: string | undefined;

  show(connection: ConnectionState): void {
    clearInterval(this.timer);
    if (connection.state === "reconnecting") {
      this.lost = true;
      clearTimeout(this.hiding);
      // Said once to a screen reader; the seconds are for the eye.
      this.box.replaceChildren("Connection lost. Trying to reconnect", seconds(connection.until));
      this.box.className = "connection lost";
      this.box.hidden = false;
      this.timer = setInterval(() => this.box.lastElementChild?.replaceWith(seconds(connection.until)), 1000);
    } else if (connection.state === "open") {
      if (this.lost) {
        const back = connection.gateway === this.gateway ? "Back" : `Reconnected through ${hostOf(connection.gateway)}`;
        this.tell(connection.opened.resumed ? `${back}. The conversation goes on where it was` : `${back}. It remembers up to the last turn`);
      }
      this.lost = false;
      this.gateway = connection.gateway;
    } else if (connection.state === "closed") {
      this.lost = false;
      this.box.hidden = true;
    }
  }

  tell(text: string): void {
    clearTimeout(this.hiding);
    this.box.className = "connection";
    this.box.textContent = text;
    this.box.hidden = false;
    this.hiding = setTimeout(() => (this.box.hidden = true), 4000);
  }
}

function seconds(until: number): HTMLElement {
  const element = document.createElement("span");
  element.ariaHidden = "true";
  element.textContent = `, ${Math.max(0, Math.round((until - Date.now()) / 1000))} s left`;
  return element;
}
