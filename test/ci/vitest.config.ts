/** Slow tests that need the registry: the package as others install it. Run by .ci/run, not by `npm test`. */
import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['test/ci/**/*.test.ts'], pool: 'forks', maxWorkers: 1, testTimeout: 600_000, hookTimeout: 600_000 } })
