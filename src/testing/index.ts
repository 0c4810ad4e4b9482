/** What a user's own tests need: time that stands still, batches in and batches out. The package's `tspark/testing`. */
export { ManualClock } from '../index.js'
export { runBatches, type BatchInputs, type BatchRun } from './batches.js'
export { testOperation, operationTester, type OperationCase, type TestFunction } from './test-operation.js'
export { replaySession, type SessionBatch } from './replay-session.js'
