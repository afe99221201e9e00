import { defineConfig } from "vitest/config";

// A busy machine is late, not wrong.
export default defineConfig({ test: { include: ["test/**/*.test.ts"], maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 } });
