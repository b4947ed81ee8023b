import { defineConfig } from 'vitest/config';

/** Tests against real servers, which the local stack starts once for all of them. */
export default defineConfig({
  resolve: { conditions: ['@sterna/source', 'node'] },
  ssr: { resolve: { conditions: ['@sterna/source', 'node'] } },
  test: {
    include: ['{libs,apps,tools}/*/src/**/*.it.spec.ts'],
    exclude: ['**/dist/**', '**/node_modules/**'],
    globalSetup: ['tools/local-stack/src/integration-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
