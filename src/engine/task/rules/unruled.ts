/** Thrown by a rule that meets what it is not made for, before anything of the task is known outside: the plain way does the task again. */
export class Unruled extends Error {
  constructor(readonly why: string) { super(why) }
}

export function unruled(why: string): never { throw new Unruled(why) }
