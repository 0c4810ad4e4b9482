/**
 * Jobs by name: groups, tags and descriptions that hold for the jobs submitted after them, ways to cancel those, and what is known of
 * them. Spark keeps these settings per thread; here they are the context's, for there is one driver thread.
 */
import type { JobPromise } from '../core/job-promise.js'
import type { RunningJob } from '../engine/engine.js'
import { userFn } from './calls.js'
import type { RDD } from './rdd.js'

/** What statusTracker tells of a job. */
export interface SparkJobInfo { readonly jobId: number; readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' }

/** `running` goes when it ends, and its results with it. */
interface Job { running: RunningJob | undefined; readonly group: string | undefined; readonly tags: ReadonlySet<string>; status: SparkJobInfo['status'] }

// Enough to ask about what was just seen; a stream runs for months.
const REMEMBERED_JOBS = 1000

const GROUP = 'spark.jobGroup.id'
const DESCRIPTION = 'spark.job.description'

export abstract class JobControl {
  readonly #jobs = new Map<number, Job>()
  readonly #properties = new Map<string, string>()
  readonly #tags = new Set<string>()

  /** @internal Every job that starts passes here. */
  track(running: RunningJob): void {
    const job: Job = { running, group: this.#properties.get(GROUP), tags: new Set(this.#tags), status: 'RUNNING' }
    this.#jobs.set(running.id, job)
    const ended = (status: Job['status']) => () => { Object.assign(job, { status, running: undefined }) }
    running.results.then(ended('SUCCEEDED'), ended('FAILED'))
    for (const [id, { status }] of this.#jobs) if (this.#jobs.size > REMEMBERED_JOBS && status !== 'RUNNING') this.#jobs.delete(id)
  }

  /** A setting that holds for jobs from now on; undefined takes it back. @example sc.setLocalProperty('spark.job.description', 'nightly') */
  setLocalProperty(key: string, value: string | undefined): void {
    if (value === undefined) this.#properties.delete(key)
    else this.#properties.set(key, value)
  }

  /** What setLocalProperty set, else undefined. @example sc.getLocalProperty('none') // undefined */
  getLocalProperty(key: string): string | undefined { return this.#properties.get(key) }

  /** What jobs from now on are called in messages and listings, instead of their action and line. @example sc.setJobDescription('the report of the day') */
  setJobDescription(description: string | undefined): void { this.setLocalProperty(DESCRIPTION, description) }

  /**
   * Jobs from now on belong to that group, until clearJobGroup(). Cancelling always frees the executors; Spark's third argument asks for that.
   * @example
   * sc.setJobGroup('reports', 'the report of the day')
   * sc.getLocalProperty('spark.jobGroup.id') // 'reports'
   */
  setJobGroup(groupId: string, description?: string, _interruptOnCancel = true): void {
    this.setLocalProperty(GROUP, groupId)
    this.setJobDescription(description)
  }

  /** Jobs from now on belong to no group, and are described by their action. @example sc.clearJobGroup() */
  clearJobGroup(): void { this.#properties.delete(GROUP); this.#properties.delete(DESCRIPTION) }

  /** Jobs from now on bear that tag, too. @example sc.addJobTag('nightly') */
  addJobTag(tag: string): void { this.#tags.add(tag) }
  /** Jobs from now on do not bear that tag. @example sc.removeJobTag('nightly') */
  removeJobTag(tag: string): void { this.#tags.delete(tag) }
  /** The tags of jobs from now on. @example sc.getJobTags().size // 0 */
  getJobTags(): Set<string> { return new Set(this.#tags) }
  /** Jobs from now on bear no tags. @example sc.clearJobTags() */
  clearJobTags(): void { this.#tags.clear() }

  /** Ends the jobs of that group that run; their promises reject with JOB_CANCELLED. @example sc.cancelJobGroup('reports') */
  cancelJobGroup(groupId: string): void { this.#cancel((_, job) => job.group === groupId, `part of cancelled job group ${groupId}`) }
  /** Ends the running jobs that bear that tag. @example sc.cancelJobsWithTag('nightly') */
  cancelJobsWithTag(tag: string): void { this.#cancel((_, job) => job.tags.has(tag), `part of cancelled job tag ${tag}`) }
  /** Ends all jobs that run, also those of batches. @example sc.cancelAllJobs() */
  cancelAllJobs(): void { this.#cancel(() => true, 'as part of cancellation of all jobs') }
  /** Ends that job, if it runs. @example sc.cancelJob(0) */
  cancelJob(jobId: number, reason = ''): void { this.#cancel(id => id === jobId, reason) }

  /** What is known of jobs: which run, and how the latest thousand ended. */
  get statusTracker(): SparkStatusTracker { return new SparkStatusTracker(this.#jobs) }

  /**
   * f of whole partitions, in the executors: of all, or of those named.
   *
   * Shape: RDD<T> → U[], one per partition, in that order. f is called for empty partitions, too.
   * @example
   * await sc.runJob(rdd, rows => [...rows].length) // [ 1, 2 ]
   * await sc.runJob(rdd, rows => [...rows].length, [1]) // [ 2 ]
   */
  runJob<T, U>(rdd: RDD<T>, f: (rows: IterableIterator<T>, index: number) => U, partitions?: readonly number[]): JobPromise<U[]> {
    return rdd.context.run<U, U[]>(rdd as RDD<unknown>, { kind: 'apply', f: userFn('runJob', f) }, 'runJob', results => results, partitions)
  }

  #cancel(which: (id: number, job: Job) => boolean, reason: string): void {
    for (const [id, job] of this.#jobs) if (which(id, job)) job.running?.cancel(reason)
  }
}

/** What is known of jobs. Ids are those that messages name. @example sc.statusTracker.getActiveJobIds() // [] */
export class SparkStatusTracker {
  readonly #jobs: ReadonlyMap<number, Job>
  /** @internal */
  constructor(jobs: ReadonlyMap<number, Job>) { this.#jobs = jobs }

  /** Jobs that run, oldest first. @example sc.statusTracker.getActiveJobIds() // [] */
  getActiveJobIds(): number[] { return this.#ids(job => job.status === 'RUNNING') }
  /** Jobs of that group that run or ran; without a group, those that belong to none. @example sc.statusTracker.getJobIdsForGroup('none') // [] */
  getJobIdsForGroup(groupId?: string): number[] { return this.#ids(job => job.group === groupId) }
  /** Jobs that bear that tag. @example sc.statusTracker.getJobIdsForTag('none') // [] */
  getJobIdsForTag(tag: string): number[] { return this.#ids(job => job.tags.has(tag)) }
  /** How a job stands; undefined for one that is not remembered. @example sc.statusTracker.getJobInfo(-1) // undefined */
  getJobInfo(jobId: number): SparkJobInfo | undefined {
    const job = this.#jobs.get(jobId)
    return job && { jobId, status: job.status }
  }

  #ids(which: (job: Job) => boolean): number[] { return [...this.#jobs].filter(([, job]) => which(job)).map(([id]) => id) }
}
