/**
 * What a user's function was working on when it threw, for operators that call it inside a function of their own: state by key,
 * windows, folds. The engine knows the records of its own loops only; this tells it the others', for the error card.
 *
 * Made when something was thrown: on the good way it costs nothing.
 */
export class AtRecord {
  readonly #brand = true
  constructor(readonly record: unknown, readonly error: unknown) {}

  /** Not instanceof: what a user's function throws may be a Proxy with traps. */
  static is(error: unknown): error is AtRecord { return typeof error === 'object' && error !== null && #brand in error }
}
