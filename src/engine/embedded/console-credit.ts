/**
 * Holds back a function that prints faster than the driver can show: an endless loop around console.log must neither fill the
 * driver's memory nor keep it from hearing Ctrl-C. The count of characters on their way lies in memory that both threads see;
 * over the limit the executor waits for the driver, asleep. Ending the thread ends the wait.
 */
const LIMIT_CHARS = 256 * 1024

export const makeCredit = (): SharedArrayBuffer => new SharedArrayBuffer(4)

/** In the executor, before it sends a text. */
export function spend(credit: SharedArrayBuffer, chars: number): void {
  const onTheWay = new Int32Array(credit)
  for (let now = Atomics.load(onTheWay, 0); now > LIMIT_CHARS; now = Atomics.load(onTheWay, 0)) Atomics.wait(onTheWay, 0, now)
  Atomics.add(onTheWay, 0, chars)
}

/** On the driver, when the text has been shown. */
export function giveBack(credit: SharedArrayBuffer, chars: number): void {
  const onTheWay = new Int32Array(credit)
  Atomics.sub(onTheWay, 0, chars)
  Atomics.notify(onTheWay, 0)
}
