// healthy.mjs URL PID: waits until URL/health answers 200. Fails when the process is gone or three minutes have passed.
const [url, pid] = process.argv.slice(2);
const end = performance.now() + 180_000;
process.on('SIGINT', () => process.exit(1));
for (;;) {
  try {
    const answer = await fetch(`${url.replace('0.0.0.0', '127.0.0.1')}/health`, { signal: AbortSignal.timeout(2000) });
    if (answer.status === 200) process.exit(0);
  } catch {
    // Not listening yet.
  }
  try {
    process.kill(Number(pid), 0);
  } catch {
    process.exit(1);
  }
  if (performance.now() > end) process.exit(1);
  await new Promise((resolve) => setTimeout(resolve, 200));
}
