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
    testTimeout: 20_000,
    hookTimeout: 20_000,
    server: { deps: { external: [/\/dist\//, /\/fixtures\//] } },
  },
})
