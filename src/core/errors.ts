/**
 * Every error a user can meet: its code, what it says and how to mend it.
 *
 * A row is the sentence (with Spark's words first where Spark has a message) and the fix. docs/errors.md has a section per
 * code; test/errors.test.ts holds the two together. Rows are grouped by the room that throws them.
 */
import type { CallSite } from './call-site.js'

type Params = Record<string, string | number>
interface Row { readonly message: (p: Params) => string; readonly fix: (p: Params) => string }

const row = (message: Row['message'], fix: Row['fix']): Row => ({ message, fix })

/** Rows of closure capture: `it` is what holds the obstacle, and the operator that was given the function stands last. */
const capture = (message: Row['message'], fix: Row['fix']): Row => row(p => `${message(p)}${p.operator ? ` (in ${p.operator})` : ''}`, fix)

export const ERRORS = {
  // — core, conf ————————————————————————————————————————————————————————————————————————————————————————————————————————
  CONF_INVALID: row(p => `${p.key} is "${p.value}", which is not ${p.expected}`, p => `give ${p.key} ${p.expected}, for example ${p.example}`),
  MASTER_INVALID: row(p => `Could not parse Master URL: '${p.master}'`, () => `use local, 'local[2]' (or local:2, which needs no quotes), 'local[*]'`),
  KEY_UNSUPPORTED: row(p => `${p.what} cannot be a key: it has no equality by value`, () => 'use a string, number, Date, array or plain object as the key'),

  // — closure ———————————————————————————————————————————————————————————————————————————————————————————————————————————
  CLOSURE_CAPTURES_CONTEXT: capture(p => `${p.it}, which cannot leave the driver`, p => `use it inside foreachRDD(...), which runs on the driver, or copy the value you need into a const first`),
  CLOSURE_CAPTURES_RDD: capture(p => `${p.it}, ${p.what}, which cannot leave the driver`, () => 'collect() it and use the array, send it with sc.broadcast(...), or join the two RDDs'),
  CLOSURE_CAPTURES_DSTREAM: capture(p => `${p.it}, ${p.what}, which cannot leave the driver`, () => 'combine the streams with join, union or transformWith instead'),
  CLOSURE_CAPTURES_RESOURCE: capture(p => `${p.it}, ${p.what}: an open resource of the driver, which cannot leave it`, () => 'open it inside the function, best in mapPartitions or foreachPartition: once per partition'),
  CLOSURE_CAPTURES_NODE_OBJECT: capture(p => `${p.it}, ${p.what}, an object of Node's own that cannot be copied`, () => 'make it inside the function, or capture the plain values it is made from'),
  CLOSURE_CAPTURES_PROXY: capture(p => `${p.it}, ${p.what}, whose handler has no readable scope`, () => 'capture a plain copy instead: const copy = { ...proxy }'),
  CLOSURE_CAPTURES_PROMISE: capture(p => `${p.it}, ${p.what}: executors cannot wait for what the driver does`, () => 'await it first and capture its value: const value = await promise'),
  CLOSURE_CAPTURES_WEAK: capture(p => `${p.it}, ${p.what}, whose contents cannot be listed`, () => 'use a Map or a Set'),
  CLOSURE_CAPTURES_GENERATOR: capture(p => `${p.it}, ${p.what}, whose place cannot be copied`, () => 'capture its values, [...it], or the function that makes it, and call that inside'),
  CLOSURE_CAPTURES_ARGUMENTS: capture(p => `${p.it}, ${p.what}, which is tied to its call`, () => 'capture a copy: const args = [...arguments]'),
  CLOSURE_CAPTURES_NATIVE: capture(p => `${p.it}, a native function without a global name: it has no source to send`, () => 'call it on the driver and capture its result, or write a function of your own'),
  CLOSURE_CAPTURES_BOUND: capture(p => `${p.it}, a bound function, whose target and arguments cannot be read`, () => 'use an arrow function instead: x => object.method(x)'),
  CLOSURE_CAPTURES_PRIVATE: capture(p => `${p.it}, an instance of ${p.type}, whose private ${p.member} only its own constructor can make`, p => `capture what it is made from and write new ${p.type}(...) inside the function, or make the field public`),
  CLOSURE_CAPTURES_SYMBOL: capture(p => `${p.it}, the symbol ${p.what}, which is unlike any symbol of an executor`, () => 'use Symbol.for(\'name\'), which is the same everywhere'),
  CLOSURE_CAPTURES_ACCUMULATOR: capture(p => `${p.it}, an accumulator that is not registered`, () => 'register it first: sc.register(accumulator)'),
  CLOSURE_USES_THIS: capture(p => `${p.it}, which uses ${p.word} of the place it was written in, and that cannot be sent along`, p => `${p.mend}`),
  CLOSURE_USES_PRIVATE: capture(p => `${p.it}, which uses ${p.word} and can be read only inside its class`, () => 'send the class and call the method on an instance made inside the function'),
  CLOSURE_USES_EVAL: capture(p => `${p.it}, which uses eval: the names in its text cannot be seen`, () => 'write the code out, or use new Function, which sees globals only'),
  CLOSURE_UNREADABLE: capture(p => `${p.it}, which cannot be made again from its source: ${p.reason}`, () => 'write it as an ordinary function or class, with constants it can see'),

  // — engine ————————————————————————————————————————————————————————————————————————————————————————————————————————————
  JOB_CANCELLED: row(p => `Job ${p.job} cancelled ${p.reason}`, () => 'run the line again if you still want its result'),
  TASK_FAILED: row(p => `${p.operator}: ${p.error}`, () => 'mend the function; in a stream, later batches go on'),
  WRONG_RESULT: row(p => `${p.operator}: expected ${p.expected}, but the function returned ${p.got}`, () => 'look at what the function returns; in braces it needs a return'),
  RETURNED_PROMISE: row(p => `${p.operator}: the function returned a Promise, which cannot be a record`, () => 'use mapAsync(f, { concurrency: 8 }), which waits for promises, and go on from its results; or await outside and capture the result'),
  ROW_UNSUPPORTED: row(p => `${p.operator}: ${p.what} cannot be a record: it does not travel between threads`, () => 'make records of plain data: strings, numbers, arrays, objects, Maps, Sets, Dates, or classes with public fields'),
  ROW_CLASS_UNKNOWN: row(p => `an instance of the class ${p.class} came from a thread whose class this one does not know`, p => `define ${p.class} at the top level of your program, not inside a function that runs in a task`),
  EXECUTOR_LOST: row(p => `Job aborted: a task of ${p.operator} failed ${p.failures} times, most recent failure: executor lost (${p.reason})`, () => 'look for process.exit, native crashes or too much memory in the functions of this operator; more partitions need less memory each'),
  BROADCAST_DESTROYED: row(p => `Attempted to use Broadcast(${p.id}) after it was destroyed`, () => 'broadcast the value again, or destroy it later'),
  SPILL_FAILED: row(p => `rows that do not fit in memory cannot be written to ${p.directory}: ${p.reason}`, () => 'make room there, or set spark.local.dir to a directory on a larger disk, or spark.driver.memory to more memory'),
  SPILL_LOST: row(p => `rows that were moved to ${p.path} cannot be read again: ${p.reason}`, () => 'leave the directory spark.local.dir alone while the program runs; rows are gone once their RDD was unpersisted'),
  FILE_UNREADABLE: row(p => `cannot read ${p.path}: ${p.reason}`, () => 'check the path and its permissions'),

  // — engine/spark ——————————————————————————————————————————————————————————————————————————————————————————————————————————
  SPARK_NOT_FOUND: row(() => 'no Spark is found on this machine: SPARK_HOME is not set, and Python has no pyspark', () => 'set SPARK_HOME to an unpacked Spark 3.5 or 4, or: pip install pyspark'),
  SPARK_HOME_INVALID: row(p => `${p.from} is ${p.path}, and there is no Spark: no jars/spark-core_….jar`, p => `set ${p.from} to an unpacked Spark 3.5 or 4, or leave it out`),
  SPARK_VERSION_UNSUPPORTED: row(p => `Spark ${p.version} in ${p.path} speaks to its workers in a way that tspark does not know`, () => 'use Spark 3.5 or 4'),
  SPARK_START_FAILED: row(p => `Spark did not start: ${p.reason}`, () => 'try $SPARK_HOME/bin/spark-submit --version in a terminal: it must work first'),
  SPARK_GATEWAY_REFUSED: row(p => `Spark's gateway refused us: ${p.reason}`, () => 'another program may have taken its port: make a new SparkContext'),
  SPARK_LOST: row(p => `the connection to Spark is lost: ${p.reason}`, () => 'make a new one: const sc = new SparkContext(); what ran there is gone'),
  SPARK_JOB_FAILED: row(p => `Spark failed the job: ${p.reason}`, () => 'the error\'s cause has all that Spark said; executors have more in their logs'),
  SPARK_WORKER_LOST: row(p => `Job aborted: a worker on Spark was lost (${p.reason})`, () => 'look for process.exit, native crashes or too much memory in the functions; more partitions need less memory each; an executor\'s stderr may say why'),
  WORKER_NOT_STARTED: row(p => `an executor cannot start ${p.program}: ${p.reason}`, () => 'leave out spark.tspark.worker and spark.tspark.ship, and tspark is sent to every machine; or name the place where all of them have it: --conf spark.tspark.worker=/path/to/bin/tspark-worker.cjs'),
  WORKER_VERSION: row(p => `the executor has tspark ${p.worker}, and the driver has ${p.driver}`, () => 'leave out spark.tspark.worker, and the driver\'s version is sent; or install the same version on every machine'),
  WORKER_NODE: row(p => `an executor has no Node that can run the worker: ${p.reason}`, () => 'install Node 20 or later on every machine, in the PATH that executors have, or send this one along: --conf spark.tspark.ship=node'),
  DEPLOY_MODE: row(p => `Cluster deploy mode is currently not supported for python applications on ${p.master}, and Spark takes tspark\'s programs for such`, () => 'leave out --deploy-mode cluster: the program runs here and its tasks on the cluster; or use yarn or k8s://…'),
  NODE_NOT_SHIPPED: row(p => `${p.node} is not all of Node: it was built to need libraries of this system, and cannot be sent to other machines`, () => 'run tspark by a Node from https://nodejs.org, or install Node 20 or later on every machine and leave spark.tspark.ship out'),
  MODULES_TOO_LARGE: row(p => `the modules that executors need are ${p.megabytes} MB, over the limit of ${p.most} MB; the largest is ${p.largest}`, () => 'import what the functions need from smaller packages; or install all at the same place on every machine: --conf spark.tspark.ship=none'),
  MASTER_UNREACHABLE: row(p => `no Spark master answers at ${p.master}: ${p.reason}`, () => 'check host and port, and that the master runs ($SPARK_HOME/sbin/start-master.sh)'),
  MASTER_REFUSED: row(p => `the Spark master at ${p.master} does not take us: ${p.reason}`, () => 'check the port (a master listens at 7077, its page is at 8080), the secret (spark.authenticate.secret), and that master and driver are of one version'),
  SPARK_PORT_TAKEN: row(p => `Spark cannot listen for ${p.service}: ${p.reason}`, p => `leave ${p.setting} out, so that Spark takes a free port, or name another`),
  JAVA_NOT_FOUND: row(p => `Spark needs Java, and none is found: ${p.where}`, () => 'install a Java 17, or set JAVA_HOME to where one is'),
  JAVA_TOO_OLD: row(p => `this is Java ${p.version}, and Spark ${p.spark} needs Java ${p.least} or later`, () => 'install a Java 17, or set JAVA_HOME to where one is'),

  // — operators, api ————————————————————————————————————————————————————————————————————————————————————————————————————
  EMPTY_COLLECTION: row(p => `empty collection: ${p.operator} needs at least one element`, p => `test with isEmpty() first, or use fold(zero, …) instead of ${p.operator}`),
  NOT_A_PAIR: row(p => `${p.operator} works on pairs [key, value], but got ${p.got}`, () => 'make pairs first: .map(x => [x, 1])'),
  ARGUMENT_INVALID: row(p => `${p.operator}: ${p.problem}`, p => `${p.fix}`),
  ZIP_PARTITIONS_DIFFER: row(p => `Can't zip RDDs with unequal numbers of partitions: List(${p.counts})`, () => 'repartition() one of them, or pair rows by key: zipWithIndex() and join'),
  ENGINE_STARTING: row(p => `the engine of ${p.master} is still starting`, () => 'try again in a moment'),
  CONTEXT_STOPPED: row(() => 'Cannot call methods on a stopped SparkContext.', () => 'make a new one: const sc = new SparkContext()'),

  // — streaming —————————————————————————————————————————————————————————————————————————————————————————————————————————
  NO_OUTPUT_OPERATIONS: row(() => 'No output operations registered, so nothing to execute', p => `${p.add ?? 'add one, for example counts.print()'}; then start again: the context is as it was`),
  STREAM_IN_USE: row(p => `${p.stream} cannot be removed: it is read by ${p.readers}`, () => 'remove those first: const out = counts.print(), then out.remove()'),
  REPLACE_UNKNOWN: row(p => `no other stream with the name of ${p.stream} runs, so there is nothing to replace`, p => `declare it under the name of the one that runs, or write old.replace(new). Names that run: ${p.names}`),
  REPLACE_WITHOUT_FUNCTION: row(p => `${p.stream} was given no function that could be replaced`, () => 'give a stream of the same records instead: counts.replace(words.map(w => [w, 1]).reduceByKey((a, b) => a + b))'),
  REPLACE_CIRCULAR: row(p => `${p.stream} cannot be replaced by a stream that is made from it`, () => 'make the new stream from what the old one is made from'),
  REPLACE_SLIDES_DIFFER: row(p => `${p.stream} gives an RDD every ${p.slide} ms and cannot be replaced by a stream that gives one every ${p.got} ms`, p => `make a stream that slides every ${p.slide} ms`),
  HISTORY_EMPTY: row(p => `there is no batch to look at: ${p.reason}`, () => 'start the context and ask again after a batch; spark.tspark.history says how many are kept, spark.tspark.historyBytes in how much memory'),
  NO_FAILED_BATCH: row(() => 'no failed batch waits: there is nothing to run again', () => 'ask while the context runs, after a batch has failed and before it was skipped; ssc.failedBatches shows those that wait'),
  BATCH_NOT_KEPT: row(p => `the batch of ${p.time} ms cannot be run again: what it received is no longer kept`, () => 'go on without it: ssc.skip(), .skip at the prompt; spark.tspark.history says how many batches are kept, spark.tspark.historyBytes in how much memory'),
  NOTHING_TO_FIX: row(p => `no function can be put right here: ${p.reason}`, () => 'put another stream or function in its place, words.replace(w => …), then run the batch again: ssc.retry(), .retry at the prompt'),
  EXPECTATION_FAILED: row(p => `${p.failed} of ${p.all} ${p.all === 1 ? 'expectation is' : 'expectations are'} not met: ${p.which}`, () => 'see what came instead, and mend the program or what it expects'),
  STATE_NONE: row(p => `${p.stream} keeps no state`, () => 'ask a stream that updateStateByKey, mapWithState or a window with an inverse has made, after a batch'),
  NOT_STARTED: row(() => 'the StreamingContext has not been started, so there is nothing to wait for', () => 'ssc.start() first'),
  CLOCK_RUNS: row(() => 'time goes by itself, so it cannot be moved by hand', () => 'stop it first: .clock manual at the prompt, ssc.clock.manual() in a program'),
  NOT_INITIALIZED: row(p => `${p.stream} has not been initialized: no batch has run yet`, () => 'ssc.start() first, and ask after the first batch'),
  DURATION_NOT_MULTIPLE: row(
    p => `The ${p.what} duration of ${p.stream} (${p.got} ms) must be a multiple of the slide duration of parent DStream (${p.slide} ms)`,
    p => `use a multiple of ${p.slide} ms, for example ${p.suggestion} ms`),
  NO_RDD_FROM_PARENT: row(p => `Couldn't generate RDD from parent at time ${p.time}`, () => 'the input gave no RDD for this batch; give an empty one instead: sc.emptyRDD()'),
  UNION_WITHOUT_PARENT_RDD: row(p => `Could not generate RDD from a parent for unifying at time ${p.time}`, () => 'the input gave no RDD for this batch; give an empty one instead: sc.emptyRDD()'),
  UNION_SLIDES_DIFFER: row(() => 'Slide durations of the DStreams to unite differ', () => 'give all of them the same slide'),
  UNION_EMPTY: row(() => 'List of DStreams to union is empty', () => 'name at least one stream'),
  TRANSFORM_RETURNED_NULL: row(
    () => 'Transform function must not return null. Return SparkContext.emptyRDD() instead to represent no element as the result of transformation.',
    () => 'return sc.emptyRDD()'),

  CHECKPOINT_UNREADABLE: row(
    p => `no checkpoint in ${p.directory} can be read: ${p.reasons}`,
    () => 'put an undamaged copy of the directory back, or name another; with { createOnError: true } the stream begins afresh'),
  CHECKPOINT_FORMAT: row(p => `${p.file} cannot be read by this version: ${p.reason}`, () => 'run the version that wrote it, or name another directory to begin afresh'),
  CHECKPOINT_BATCHES: row(
    p => `the checkpoint in ${p.directory} has batches of ${p.was} ms, the program batches of ${p.is} ms`,
    p => `go back to Milliseconds(${p.was}), or name another directory to begin afresh`),
  CHECKPOINT_STATE: row(
    p => `the checkpoint in ${p.directory} holds the state of ${p.operator}, which the program does not have${p.has ? `; it has ${p.has}` : ''}`,
    () => 'an operator that is moved or whose sources change keeps its state if it had a name before: .name(\'totals\'); put it back, or name another directory to begin afresh'),
  CHECKPOINT_INPUT: row(p => `${p.reason}`, () => 'read from files or a socket instead, or start the context without getOrCreate'),

  RECEIVER_NOT_STARTED: row(p => `receiver.${p.method}() was called on the driver, where the receiver does not run`, () => 'call it from onStart or from what onStart sets going; give the receiver to ssc.receiverStream(...) and start the context'),
  STATE_NOT_SET: row(() => 'State is not set', () => 'ask state.exists() first, or use state.getOption() ?? …'),
  STATE_FIXED: row(p => `Cannot ${p.what}`, () => 'ask state.isTimingOut() first, and call update() or remove() at most once each, remove() last'),

  // — sources, sinks ————————————————————————————————————————————————————————————————————————————————————————————————————
  INPUT_PATH_MISSING: row(p => `Input path does not exist: ${p.path}`, p => `check the path; it was looked for from ${p.cwd}`),
  INPUT_PATTERN_EMPTY: row(p => `Input Pattern ${p.path} matches 0 files`, () => 'list the directory to see the names; * and ? stay within one name, {a,b} gives alternatives'),
  FILE_SYSTEM_UNSUPPORTED: row(p => `No FileSystem for scheme "${p.scheme}": ${p.path}`, () => 'use a path of this machine, or file:///path'),
  OUTPUT_EXISTS: row(p => `Output directory ${p.directory} already exists`, () => 'choose another name, or remove the directory first'),

  // — repl ——————————————————————————————————————————————————————————————————————————————————————————————————————————————
  PORT_BUSY: row(p => `port ${p.port} is busy: another program listens there`, p => `use ${p.free}, which is free: .nc ${p.free}`),
  FLAG_UNKNOWN: row(p => `tspark-shell does not know ${p.flag}`, p => `${p.hint}`),
  FLAG_VALUE: row(p => `${p.flag} ${p.problem}`, () => 'tspark-shell --help shows all flags with their values'),
  COMMAND_UNKNOWN: row(p => `there is no command ${p.command}`, p => `${p.hint}`),
  COMMAND_ARGUMENT: row(p => `${p.command} ${p.problem}`, p => `${p.fix}`),

  LESSON_WITHOUT_STREAM: row(p => p.has ? `this lesson has no ${p.stream}` : `no lesson is open, so there is no lesson.${p.stream}`, p => p.has ? `it has ${p.has}` : '.lesson lists them, .lesson 1 opens the first'),

  // — loader, submit ————————————————————————————————————————————————————————————————————————————————————————————————————
  RECORDING_DIFFERS: row(p => `the batch of ${p.time} ms is not as it was recorded: ${p.what}${p.lines}`, () => 'look for what depends on more than the inputs: the time, chance, files or services that functions read; or the program has changed since'),
  RECORDING_REFUSED: row(p => `${p.problem}`, p => `${p.fix}`),
  RECORDING_UNREADABLE: row(p => `${p.file} is no recording that can be played: ${p.problem}`, () => 'give a file that tspark-submit --record, or .save x.record at the prompt, has written'),
  MODULE_REFUSED: row(p => `${p.file} cannot be read as a module: ${p.problem}`, () => 'mend the file and import it again'),
} satisfies Record<string, Row>

/** Which mistake an error is about; docs/errors.md explains each. */
export type ErrorCode = keyof typeof ERRORS

/**
 * The one class of error that tspark throws for a caller's mistake.
 * @example new SparkError('NOT_STARTED').fix // 'ssc.start() first'
 */
export class SparkError extends Error {
  /** Always `SparkError`. */
  override readonly name = 'SparkError'
  /** What to do about it. */
  readonly fix: string
  /** The place in the user's program, where there is one. */
  readonly site: CallSite | undefined

  constructor(/** Which mistake it is. */ readonly code: ErrorCode, /** What the message is made of. */ readonly params: Params = {}, options: { cause?: unknown; site?: CallSite } = {}) {
    super(ERRORS[code].message(params), 'cause' in options ? { cause: options.cause } : undefined)
    this.fix = ERRORS[code].fix(params)
    this.site = options.site
  }

  /** `SparkError [CODE]: what happened` and, on a second line, the fix. */
  override toString(): string { return `SparkError [${this.code}]: ${this.message}\n  fix: ${this.fix}` }
}
