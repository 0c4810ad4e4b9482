/**
 * What awaitTermination waits for: the end of the context, or the first error of a batch. Whoever comes late hears of it too.
 */
export class ContextWaiter {
  #outcome: { readonly error?: { readonly value: unknown } } | undefined
  readonly #waiting: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = []

  /** Whether it has told its outcome: the next start needs another. */
  get isUsed(): boolean { return this.#outcome !== undefined }

  notifyError(error: unknown): void { this.#settle({ error: { value: error } }) }
  notifyStop(): void { this.#settle({}) }

  terminated(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#wake()
    })
  }

  #settle(outcome: { readonly error?: { readonly value: unknown } }): void {
    this.#outcome ??= outcome
    this.#wake()
  }

  #wake(): void {
    const outcome = this.#outcome
    if (!outcome) return
    for (const { resolve, reject } of this.#waiting.splice(0)) outcome.error ? reject(outcome.error.value) : resolve()
  }
}
