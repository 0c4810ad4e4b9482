/** Slow tests, and those that need the registry: a day of batches, a minute's stop, the package as others install it. Run by .ci/run, not by `npm test`. */
import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['test/ci/**/*.test.ts'], pool: 'forks', maxWorkers: 1, testTimeout: 600_000, hookTimeout: 600_000, retry: process.env.CI ? 1 : 0, server: { deps: { external: [/\/dist\//, /\/fixtures\//] } } } })
