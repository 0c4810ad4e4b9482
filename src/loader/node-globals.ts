/**
 * Every global that Node has, in the fewest types that are still true: what the checker knows until a line names a Node module and
 * @types/node takes its place. Node's own types cost each line two to three times as much (decisions.md 6).
 */
export const NODE_GLOBALS = `
interface Console {
  log(...data: any[]): void; info(...data: any[]): void; debug(...data: any[]): void; warn(...data: any[]): void; error(...data: any[]): void
  dir(item?: any, options?: any): void; dirxml(...data: any[]): void; table(data?: any, columns?: readonly string[]): void; trace(...data: any[]): void
  time(label?: string): void; timeLog(label?: string, ...data: any[]): void; timeEnd(label?: string): void; count(label?: string): void; countReset(label?: string): void
  group(...label: any[]): void; groupCollapsed(...label: any[]): void; groupEnd(): void; assert(value: any, ...data: any[]): void; clear(): void
}
declare var console: Console

declare namespace NodeJS {
  interface Timeout { ref(): this; unref(): this; hasRef(): boolean; refresh(): this; close(): this; [Symbol.toPrimitive](): number }
  interface Immediate { ref(): this; unref(): this; hasRef(): boolean }
  interface WritableStream { write(chunk: string | Uint8Array, done?: (error?: Error | null) => void): boolean; end(): this; on(event: string, listener: (...args: any[]) => void): this; readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }
  interface ReadableStream { on(event: string, listener: (...args: any[]) => void): this; setEncoding(encoding: string): this; [Symbol.asyncIterator](): AsyncIterableIterator<any>; readonly isTTY?: boolean }
  interface MemoryUsage { rss: number; heapTotal: number; heapUsed: number; external: number; arrayBuffers: number }
  interface Process {
    readonly argv: string[]; readonly argv0: string; readonly execArgv: string[]; readonly execPath: string; env: { [name: string]: string | undefined }; exitCode: number | string | null | undefined
    readonly pid: number; readonly ppid: number; readonly platform: string; readonly arch: string; readonly version: string; readonly versions: { readonly [name: string]: string | undefined; readonly node: string; readonly v8: string }
    readonly stdout: WritableStream; readonly stderr: WritableStream; readonly stdin: ReadableStream; title: string; readonly release: { readonly name: string }
    cwd(): string; chdir(directory: string): void; exit(code?: number | string | null): never; kill(pid: number, signal?: string | number): true; uptime(): number
    memoryUsage(): MemoryUsage; cpuUsage(previous?: { user: number; system: number }): { user: number; system: number }
    hrtime: { (previous?: [number, number]): [number, number]; bigint(): bigint }
    nextTick(callback: (...args: any[]) => void, ...args: any[]): void; emitWarning(warning: string | Error, type?: string): void; getBuiltinModule(id: string): any
    on(event: string, listener: (...args: any[]) => void): this; once(event: string, listener: (...args: any[]) => void): this; off(event: string, listener: (...args: any[]) => void): this
  }
}
declare var process: NodeJS.Process
declare var global: typeof globalThis
interface ImportMeta { readonly url: string; readonly dirname: string; resolve(specifier: string): string }

declare function setTimeout<A extends any[]>(callback: (...args: A) => void, delayMs?: number, ...args: A): NodeJS.Timeout
declare function setInterval<A extends any[]>(callback: (...args: A) => void, delayMs?: number, ...args: A): NodeJS.Timeout
declare function setImmediate<A extends any[]>(callback: (...args: A) => void, ...args: A): NodeJS.Immediate
declare function clearTimeout(timer?: NodeJS.Timeout | string | number): void
declare function clearInterval(timer?: NodeJS.Timeout | string | number): void
declare function clearImmediate(immediate?: NodeJS.Immediate): void
declare function queueMicrotask(callback: () => void): void
declare function structuredClone<T>(value: T, options?: { transfer?: readonly any[] }): T
declare function atob(data: string): string
declare function btoa(data: string): string

declare class URLSearchParams {
  constructor(init?: string | URLSearchParams | Record<string, string> | Iterable<[string, string]>)
  readonly size: number
  append(name: string, value: string): void; delete(name: string, value?: string): void; get(name: string): string | null; getAll(name: string): string[]; has(name: string, value?: string): boolean
  set(name: string, value: string): void; sort(): void; toString(): string; forEach(callback: (value: string, name: string, all: URLSearchParams) => void): void
  entries(): IterableIterator<[string, string]>; keys(): IterableIterator<string>; values(): IterableIterator<string>; [Symbol.iterator](): IterableIterator<[string, string]>
}
declare class URL {
  constructor(url: string | URL, base?: string | URL)
  static canParse(url: string, base?: string): boolean; static parse(url: string, base?: string): URL | null; static createObjectURL(blob: Blob): string; static revokeObjectURL(id: string): void
  hash: string; host: string; hostname: string; href: string; readonly origin: string; password: string; pathname: string; port: string; protocol: string; search: string; readonly searchParams: URLSearchParams; username: string
  toString(): string; toJSON(): string
}

declare class TextEncoder { readonly encoding: string; encode(text?: string): Uint8Array; encodeInto(text: string, into: Uint8Array): { read: number; written: number } }
declare class TextDecoder { constructor(encoding?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }); readonly encoding: string; decode(data?: ArrayBufferView | ArrayBufferLike, options?: { stream?: boolean }): string }

type BufferEncoding = 'ascii' | 'utf8' | 'utf-8' | 'utf16le' | 'ucs2' | 'ucs-2' | 'base64' | 'base64url' | 'latin1' | 'binary' | 'hex'
interface Buffer extends Uint8Array {
  toString(encoding?: BufferEncoding, start?: number, end?: number): string; write(text: string, offset?: number, length?: number, encoding?: BufferEncoding): number; equals(other: Uint8Array): boolean
  compare(other: Uint8Array): -1 | 0 | 1; copy(target: Uint8Array, targetStart?: number, start?: number, end?: number): number; subarray(start?: number, end?: number): Buffer; slice(start?: number, end?: number): Buffer
  readUInt8(offset?: number): number; readInt8(offset?: number): number; readUInt16LE(offset?: number): number; readUInt16BE(offset?: number): number; readUInt32LE(offset?: number): number; readUInt32BE(offset?: number): number
  readInt16LE(offset?: number): number; readInt16BE(offset?: number): number; readInt32LE(offset?: number): number; readInt32BE(offset?: number): number; readDoubleLE(offset?: number): number; readDoubleBE(offset?: number): number
  readFloatLE(offset?: number): number; readFloatBE(offset?: number): number; readBigInt64LE(offset?: number): bigint; readBigInt64BE(offset?: number): bigint
  writeUInt8(value: number, offset?: number): number; writeUInt16LE(value: number, offset?: number): number; writeUInt16BE(value: number, offset?: number): number; writeUInt32LE(value: number, offset?: number): number
  writeUInt32BE(value: number, offset?: number): number; writeInt32LE(value: number, offset?: number): number; writeInt32BE(value: number, offset?: number): number; writeDoubleLE(value: number, offset?: number): number; writeDoubleBE(value: number, offset?: number): number
}
declare var Buffer: {
  from(data: string, encoding?: BufferEncoding): Buffer; from(data: ArrayBufferLike, offset?: number, length?: number): Buffer; from(data: Iterable<number> | ArrayLike<number>): Buffer
  alloc(size: number, fill?: string | number | Uint8Array, encoding?: BufferEncoding): Buffer; allocUnsafe(size: number): Buffer; byteLength(data: string | ArrayBufferView | ArrayBufferLike, encoding?: BufferEncoding): number
  concat(list: readonly Uint8Array[], totalLength?: number): Buffer; compare(a: Uint8Array, b: Uint8Array): -1 | 0 | 1; isBuffer(value: any): value is Buffer; isEncoding(name: string): name is BufferEncoding; prototype: Buffer
}

declare class Event { constructor(type: string, init?: { bubbles?: boolean; cancelable?: boolean }); readonly type: string; readonly target: EventTarget | null; readonly defaultPrevented: boolean; preventDefault(): void; stopPropagation(): void }
declare class CustomEvent<T = any> extends Event { constructor(type: string, init?: { detail?: T }); readonly detail: T }
declare class EventTarget { addEventListener(type: string, listener: ((event: any) => void) | { handleEvent(event: any): void }, options?: any): void; removeEventListener(type: string, listener: any, options?: any): void; dispatchEvent(event: Event): boolean }
declare class MessageEvent<T = any> extends Event { readonly data: T }
declare class AbortSignal extends EventTarget { static abort(reason?: any): AbortSignal; static timeout(delayMs: number): AbortSignal; static any(signals: AbortSignal[]): AbortSignal; readonly aborted: boolean; readonly reason: any; throwIfAborted(): void; onabort: ((event: Event) => any) | null }
declare class AbortController { readonly signal: AbortSignal; abort(reason?: any): void }
declare class DOMException extends Error { constructor(message?: string, name?: string); readonly code: number }

declare class Blob { constructor(parts?: any[], options?: { type?: string }); readonly size: number; readonly type: string; arrayBuffer(): Promise<ArrayBuffer>; text(): Promise<string>; slice(start?: number, end?: number, type?: string): Blob; stream(): ReadableStream<Uint8Array> }
declare class File extends Blob { constructor(parts: any[], name: string, options?: { type?: string; lastModified?: number }); readonly name: string; readonly lastModified: number }
declare class FormData { append(name: string, value: any, file?: string): void; set(name: string, value: any, file?: string): void; get(name: string): any; getAll(name: string): any[]; has(name: string): boolean; delete(name: string): void; [Symbol.iterator](): IterableIterator<[string, any]> }
declare class Headers { constructor(init?: Headers | Record<string, string> | Iterable<[string, string]>); append(name: string, value: string): void; delete(name: string): void; get(name: string): string | null; has(name: string): boolean; set(name: string, value: string): void; forEach(callback: (value: string, name: string) => void): void; [Symbol.iterator](): IterableIterator<[string, string]> }
interface RequestInit { method?: string; headers?: Headers | Record<string, string> | Iterable<[string, string]>; body?: any; signal?: AbortSignal | null; redirect?: 'follow' | 'error' | 'manual'; keepalive?: boolean; credentials?: string; cache?: string; mode?: string; duplex?: 'half' }
interface ResponseInit { status?: number; statusText?: string; headers?: Headers | Record<string, string> }
declare class Request { constructor(input: string | URL | Request, init?: RequestInit); readonly url: string; readonly method: string; readonly headers: Headers; readonly body: ReadableStream<Uint8Array> | null; json(): Promise<any>; text(): Promise<string>; arrayBuffer(): Promise<ArrayBuffer>; blob(): Promise<Blob>; formData(): Promise<FormData>; clone(): Request }
declare class Response { constructor(body?: any, init?: ResponseInit); static json(data: any, init?: ResponseInit): Response; static error(): Response; readonly ok: boolean; readonly status: number; readonly statusText: string; readonly url: string; readonly redirected: boolean; readonly headers: Headers; readonly body: ReadableStream<Uint8Array> | null; json(): Promise<any>; text(): Promise<string>; arrayBuffer(): Promise<ArrayBuffer>; blob(): Promise<Blob>; formData(): Promise<FormData>; clone(): Response }
declare function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
declare class WebSocket extends EventTarget { constructor(url: string | URL, protocols?: string | string[]); readonly readyState: number; readonly url: string; send(data: any): void; close(code?: number, reason?: string): void; onopen: ((event: Event) => any) | null; onmessage: ((event: MessageEvent) => any) | null; onclose: ((event: any) => any) | null; onerror: ((event: Event) => any) | null }
declare class MessagePort extends EventTarget { postMessage(value: any, transfer?: readonly any[]): void; start(): void; close(): void; on(event: string, listener: (value: any) => void): this; ref(): void; unref(): void; onmessage: ((event: MessageEvent) => any) | null }
declare class MessageChannel { readonly port1: MessagePort; readonly port2: MessagePort }
declare class BroadcastChannel extends EventTarget { constructor(name: string); readonly name: string; postMessage(value: any): void; close(): void; unref(): this; onmessage: ((event: MessageEvent) => any) | null }

interface ReadableStreamDefaultReader<T = any> { read(): Promise<{ done: false; value: T } | { done: true; value?: undefined }>; releaseLock(): void; cancel(reason?: any): Promise<void>; readonly closed: Promise<undefined> }
declare class ReadableStream<T = any> { constructor(source?: any, strategy?: any); static from<T>(items: Iterable<T> | AsyncIterable<T>): ReadableStream<T>; readonly locked: boolean; getReader(): ReadableStreamDefaultReader<T>; cancel(reason?: any): Promise<void>; pipeThrough<U>(pair: { readable: ReadableStream<U>; writable: WritableStream<T> }): ReadableStream<U>; pipeTo(into: WritableStream<T>): Promise<void>; tee(): [ReadableStream<T>, ReadableStream<T>]; [Symbol.asyncIterator](): AsyncIterableIterator<T> }
declare class WritableStream<T = any> { constructor(sink?: any, strategy?: any); readonly locked: boolean; getWriter(): any; abort(reason?: any): Promise<void>; close(): Promise<void> }
declare class TransformStream<I = any, O = any> { constructor(transformer?: any, writable?: any, readable?: any); readonly readable: ReadableStream<O>; readonly writable: WritableStream<I> }
declare class CompressionStream { constructor(format: string); readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Uint8Array> }
declare class DecompressionStream { constructor(format: string); readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Uint8Array> }
declare class TextEncoderStream { readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<string> }
declare class TextDecoderStream { constructor(encoding?: string); readonly readable: ReadableStream<string>; readonly writable: WritableStream<Uint8Array> }

interface PerformanceEntry { readonly name: string; readonly entryType: string; readonly startTime: number; readonly duration: number }
declare var performance: { now(): number; readonly timeOrigin: number; mark(name: string, options?: any): PerformanceEntry; measure(name: string, from?: any, to?: string): PerformanceEntry; getEntries(): PerformanceEntry[]; getEntriesByName(name: string): PerformanceEntry[]; clearMarks(name?: string): void; clearMeasures(name?: string): void; timerify<F extends (...args: any[]) => any>(fn: F): F; eventLoopUtilization(): { idle: number; active: number; utilization: number } }
declare var PerformanceObserver: any
declare var crypto: { randomUUID(): string; getRandomValues<T extends ArrayBufferView>(into: T): T; readonly subtle: any }
declare var navigator: { readonly hardwareConcurrency: number; readonly userAgent: string; readonly language: string; readonly platform: string }
declare var WebAssembly: any
`
