import { defineConfig } from 'vitest/config';

/** Tests resolve every project of the workspace to its sources, so no build is needed to run them. */
export default defineConfig({
  resolve: { conditions: ['@sterna/source', 'node'] },
  ssr: { resolve: { conditions: ['@sterna/source', 'node'] } },
  test: {
    include: ['src/**/*.spec.ts'],
    exclude: ['**/dist/**', '**/node_modules/**', '**/*.it.spec.ts', '**/*.e2e.spec.ts'],
    passWithNoTests: true,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
