/**
 * Where a persisted RDD keeps its partitions, under Spark's names: in memory, on disk when memory is full, or on disk alone. Rows are
 * kept as bytes whatever the level says, and once: in one process a second replica would be lost with the first.
 * @example rdd.persist(StorageLevel.MEMORY_AND_DISK).toDebugString().includes('Disk Memory Deserialized') // true
 */
export class StorageLevel {
  private constructor(
    /** As in Spark. */ readonly name: string, /** As Spark's flag. */ readonly useMemory: boolean,
    /** As Spark's flag. */ readonly useDisk: boolean, /** As Spark's flag. */ readonly deserialized: boolean,
  ) {}

  /** Kept nowhere. */
  static readonly NONE = new StorageLevel('NONE', false, false, false)
  /** In memory; what does not fit is computed again. */
  static readonly MEMORY_ONLY = new StorageLevel('MEMORY_ONLY', true, false, true)
  /** In memory; what does not fit is computed again. */
  static readonly MEMORY_ONLY_SER = new StorageLevel('MEMORY_ONLY_SER', true, false, false)
  /** In memory, else on disk. */
  static readonly MEMORY_AND_DISK = new StorageLevel('MEMORY_AND_DISK', true, true, true)
  /** In memory, else on disk. */
  static readonly MEMORY_AND_DISK_SER = new StorageLevel('MEMORY_AND_DISK_SER', true, true, false)
  /** On disk. */
  static readonly DISK_ONLY = new StorageLevel('DISK_ONLY', false, true, false)
  /** As DISK_ONLY: there is one replica. */
  static readonly DISK_ONLY_2 = new StorageLevel('DISK_ONLY_2', false, true, false)
  /** As DISK_ONLY: there is one replica. */
  static readonly DISK_ONLY_3 = new StorageLevel('DISK_ONLY_3', false, true, false)
  /** As MEMORY_ONLY: there is one replica. */
  static readonly MEMORY_ONLY_2 = new StorageLevel('MEMORY_ONLY_2', true, false, true)
  /** As MEMORY_ONLY_SER: there is one replica. */
  static readonly MEMORY_ONLY_SER_2 = new StorageLevel('MEMORY_ONLY_SER_2', true, false, false)
  /** As MEMORY_AND_DISK: there is one replica. */
  static readonly MEMORY_AND_DISK_2 = new StorageLevel('MEMORY_AND_DISK_2', true, true, true)
  /** As MEMORY_AND_DISK_SER: there is one replica. */
  static readonly MEMORY_AND_DISK_SER_2 = new StorageLevel('MEMORY_AND_DISK_SER_2', true, true, false)
  /** As MEMORY_AND_DISK_SER: shared memory is outside of the heap in any case. */
  static readonly OFF_HEAP = new StorageLevel('OFF_HEAP', true, true, false)

  toString(): string { return `StorageLevel(${this.name})` }
}
