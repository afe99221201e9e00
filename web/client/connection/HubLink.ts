import { type HttpResponse, HttpClient, HttpTransportType, type HubConnection, HubConnectionBuilder, type IHttpConnectionOptions, LogLevel } from "@microsoft/signalr";
import { ConversationError } from "./ConversationError";
import { within } from "./within";

export type WebSocketConstructor = new (url: string, protocols?: string | string[], options?: unknown) => WebSocket;

/** Silence after which the server counts as gone, in milliseconds. It pings every 5 s. */
const alone = 20_000;
const amongOthers = 11_000;

export interface HubLinkOptions {
  url: string;
  webSocket: WebSocketConstructor;
  accessToken?: (() => string | Promise<string>) | undefined;
  /** A connection not up by then has failed, in milliseconds. */
  startTimeoutMs: number;
}

/** One SignalR connection over a WebSocket, from start to its end. It is not restarted: whoever lost it makes another. */
export class HubLink {
  readonly hub: HubConnection;
  private socket: WebSocket | undefined;

  constructor(private readonly options: HubLinkOptions) {
    const note = (socket: WebSocket) => (this.socket = socket);
    const Watched = class extends options.webSocket {
      constructor(url: string, protocols?: string | string[], init?: unknown) {
        super(url, protocols, init);
        note(this as unknown as WebSocket);
      }
    };
    const http: IHttpConnectionOptions & { WebSocket: WebSocketConstructor } = {
      // Audio over long polling would not be a conversation: say so at once instead of limping.
      transport: HttpTransportType.WebSockets,
      skipNegotiation: true,
      WebSocket: Watched,
      httpClient: new NoHttp(),
      ...(options.accessToken ? { accessTokenFactory: options.accessToken } : {}),
    };
    this.hub = new HubConnectionBuilder()
      .withUrl(options.url, http)
      .configureLogging(LogLevel.None)
      .withServerTimeout(alone)
      .withKeepAliveInterval(5_000)
      .build();
  }

  /** Bytes handed over that the network has not taken yet. */
  get backlog(): number {
    return this.socket?.bufferedAmount ?? 0;
  }

  /** With another gateway to go to, a silent one is given up sooner. */
  patience(others: boolean): void {
    this.hub.serverTimeoutInMilliseconds = others ? amongOthers : alone;
  }

  async start(): Promise<void> {
    try {
      await within(this.hub.start(), this.options.startTimeoutMs);
    } catch (fault) {
      // SignalR would wait for the socket to come up before it lets it go.
      this.socket?.close();
      void this.stop();
      throw new ConversationError("unreachable", `No connection to ${this.options.url}: ${reason(fault)}`);
    }
  }

  async stop(): Promise<void> {
    await this.hub.stop().catch(() => {});
    this.socket?.close();
  }
}

/** SignalR's own words name causes by the dozen; a person needs the likely one. */
function reason(fault: unknown): string {
  const message = fault instanceof Error ? fault.message : String(fault);
  return message.includes("failed to connect") ? "nothing answers there, or it takes no WebSocket" : message;
}

/** With negotiation skipped nothing is fetched; SignalR's own client would look for packages Node does not have. */
class NoHttp extends HttpClient {
  override send(): Promise<HttpResponse> {
    return Promise.reject(new Error("only WebSockets are used"));
  }
}
