/**
 * Tests run against the built package (dist/): a test runner that rewrites imports rewrites closures too, and closures are
 * what executors receive. So dist/ is external here and is loaded by Node itself.
 */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/ci/**', '**/node_modules/**'], // .ci/run runs those
    pool: 'forks',
    maxWorkers: 2,
    // Long enough for a machine that is busy: only what hangs reaches it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Real terminals, sockets and signals on a shared machine: unattended, a test that fails is tried once more, and the log says so.
    retry: process.env.CI ? 1 : 0,
    server: { deps: { external: [/\/dist\//, /\/fixtures\//] } },
  },
})
