import { defineConfig } from 'vitest/config';

/** Whole migrations: every service as a process of its own, on the servers of the local stack. */
export default defineConfig({
  resolve: { conditions: ['@sterna/source', 'node'] },
  ssr: { resolve: { conditions: ['@sterna/source', 'node'] } },
  test: {
    include: ['apps/e2e/src/**/*.e2e.spec.ts'],
    exclude: ['**/dist/**', '**/node_modules/**'],
    globalSetup: ['tools/local-stack/src/integration-setup.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 180_000,
  },
});
