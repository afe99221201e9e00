/** A session of the mock, as the tests look into it. */
export interface MockSession {
  id: string;
  lastSequence: number;
  heardSamples: number;
  reply?: { pcm: Int16Array; played: number; paused: boolean };
  link: { send(target: string, ...args: unknown[]): void };
  tell(type: string, fields: object): void;
}

export function startMock(port?: number, root?: string): Promise<{
  url: string;
  sessions: Map<string, MockSession>;
  drop(): void;
  close(): Promise<void>;
}>;
