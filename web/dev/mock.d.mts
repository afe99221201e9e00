/** A session of the mock, as the tests look into it. */
export interface MockSession {
  id: string;
  lastSequence: number;
  heardSamples: number;
  reply?: { pcm: Int16Array; played: number; paused: boolean };
  link: { send(target: string, ...args: unknown[]): void };
  tell(type: string, fields: object): void;
}

export interface Mock {
  url: string;
  sessions: Map<string, MockSession>;
  /** What `Open` was called with, in order. */
  requests: { tenant?: string; tenantKey?: string; resume?: { session: string } }[];
  /** Told to clients as the other gateways. */
  gateways: string[];
  /** Whether a session to be resumed is gone with its process, and restored from what was kept. */
  restores: boolean;
  /** `CODE: message` with which every `Open` is refused. */
  refuses: string | undefined;
  /** Breaks every connection. */
  drop(): void;
  /** The gateway is gone; the sessions are not. */
  die(): Promise<void>;
  close(): Promise<void>;
}

export function startMock(port?: number, options?: { sessions?: Map<string, MockSession> }): Promise<Mock>;
