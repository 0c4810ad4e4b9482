/**
 * The result of an action: a promise that can be cancelled. The prompt awaits it for the user, so that `rdd.count() + 1`
 * works there as it does in Scala.
 */
/**
 * The promise that actions give: await it, or cancel it.
 * @example
 * const job = rdd.count()
 * await job // 3
 */
export class JobPromise<T> extends Promise<T> {
  #cancel: ((reason?: string) => void) | undefined
  #awaited = false

  /** Promise.then and friends make plain promises: only the job itself can be cancelled. */
  static override get [Symbol.species](): PromiseConstructor { return Promise }

  /** A job of a promise and of what ends it. @internal */
  static of<T>(result: Promise<T>, cancel: (reason?: string) => void): JobPromise<T> {
    const job = new JobPromise<T>((resolve, reject) => { result.then(resolve, reject) })
    job.#cancel = cancel
    return job
  }

  /** Whether someone waits for it and so hears of its failure; where nobody does, its batch fails. */
  get awaited(): boolean { return this.#awaited }

  override then<A = T, B = never>(done?: ((value: T) => A | PromiseLike<A>) | null, failed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    this.#awaited = true
    return super.then(done, failed)
  }

  /**
   * Ends the job; its promise rejects with JOB_CANCELLED, the executors are free again in under a second.
   * @example
   * const cancelled = () => { const job = sc.range(1e12).count(); job.cancel(); return job }
   * await cancelled() // SparkError [JOB_CANCELLED]
   */
  cancel(reason?: string): void { this.#cancel?.(reason) }
}
