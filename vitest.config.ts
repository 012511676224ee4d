import { defineConfig } from 'vitest/config';

/** Tests against processes that are started from `dist`: one stack for all of them, one file after the other. */
const END_TO_END = ['test/e2e/**/*.test.ts', 'test/contract/gateway-openapi.contract.test.ts'];
/** Tests that kill processes: each file starts and ends its own, and nothing else runs beside them. */
const CHAOS = ['test/chaos/**/*.chaos.test.ts'];
const NEVER = ['**/node_modules/**', '**/dist/**'];

const shared = {
  resolve: {
    conditions: ['source'],
    // Vite would take graphql's ES build for our files, while Node takes its CommonJS build for the libraries.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  ssr: { resolve: { conditions: ['source'] } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'parts',
          include: ['**/*.test.ts'],
          exclude: [...NEVER, ...END_TO_END, ...CHAOS],
          globalSetup: ['test/support/postgres.setup.ts'],
          // By default one core is left free, which on two cores leaves one file at a time; most of them wait for a database.
          maxWorkers: '100%',
          // Room for integration tests on a busy machine; no test measures time by it.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: END_TO_END,
          exclude: NEVER,
          globalSetup: ['test/support/e2e.setup.ts'],
          maxWorkers: 1,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...shared,
        test: {
          name: 'chaos',
          include: CHAOS,
          exclude: NEVER,
          maxWorkers: 1,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
