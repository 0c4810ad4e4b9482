/**
 * The result of an action: a promise that can be cancelled. The prompt awaits it for the user, so that `rdd.count() + 1`
 * works there as it does in Scala.
 */
export class JobPromise<T> extends Promise<T> {
  #cancel: ((reason?: string) => void) | undefined

  /** Promise.then and friends make plain promises: only the job itself can be cancelled. */
  static override get [Symbol.species](): PromiseConstructor { return Promise }

  static of<T>(result: Promise<T>, cancel: (reason?: string) => void): JobPromise<T> {
    const job = new JobPromise<T>((resolve, reject) => { result.then(resolve, reject) })
    job.#cancel = cancel
    return job
  }

  /** Ends the job; its promise rejects with JOB_CANCELLED, the executors are free again in under a second. */
  cancel(reason?: string): void { this.#cancel?.(reason) }
}
