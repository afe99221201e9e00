import { connect, createServer } from "node:net";

/** A network that can fail: passes bytes to `target`, until told to drop what goes through it. */
export async function startProxy(target) {
  const { hostname, port } = new URL(target);
  const pairs = new Set();
  let refusing = false;
  const server = createServer((near) => {
    if (refusing) {
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname);
    const pair = { near, far };
    pairs.add(pair);
    for (const [from, to] of [[near, far], [far, near]]) {
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const drop = () => pairs.forEach(({ near, far }) => (near.resetAndDestroy(), far.destroy()));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Breaks what is open, and refuses what comes for so long. */
    async drop(milliseconds = 0) {
      refusing = milliseconds > 0;
      drop();
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      refusing = false;
    },
    async close() {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
