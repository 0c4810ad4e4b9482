/**
 * When a buffer of the I/O thread is free again: once the driver's own handle on it is garbage. Plans, windows, RDDs that somebody
 * kept, and tasks that run all hold that handle, so nothing has to be counted, and what is forgotten by mistake is merely not reused.
 *
 * The thread is told by number, for a handle that could be sent would not be garbage.
 */
import type { Worker } from 'node:worker_threads'
import type { ToIoThread } from './io-protocol.js'

interface Loan { readonly thread: Worker; readonly number: number }

const loans = new FinalizationRegistry<Loan>(({ thread, number }) => thread.postMessage({ kind: 'free', number } satisfies ToIoThread))

export function lent(buffer: SharedArrayBuffer, loan: Loan): void { loans.register(buffer, loan) }
