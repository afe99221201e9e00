type Listener<Payload> = (payload: Payload) => void;

/** Typed events. A listener that throws does not keep the others from being called. */
export class Emitter<Events> {
  private readonly listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Calls `listener` at each `type` from now on; the answer takes it off again. */
  on<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): () => void {
    const set = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, set);
    set.add(listener as Listener<never>);
    return () => set.delete(listener as Listener<never>);
  }

  /** Resolves at the next `type`. */
  once<Type extends keyof Events>(type: Type): Promise<Events[Type]> {
    return new Promise((resolve) => {
      const off = this.on(type, (payload) => {
        off();
        resolve(payload);
      });
    });
  }

  protected emit<Type extends keyof Events>(type: Type, payload: Events[Type]): void {
    for (const listener of [...(this.listeners.get(type) ?? [])]) {
      try {
        (listener as Listener<Events[Type]>)(payload);
      } catch (fault) {
        queueMicrotask(() => {
          throw fault;
        });
      }
    }
  }
}
