/**
 * Where a persisted RDD keeps its partitions, under Spark's names. Here every level keeps them as bytes in shared memory; the names are
 * there so that programs read as they do on Spark.
 * @example rdd.persist(StorageLevel.MEMORY_AND_DISK).toDebugString().includes('Disk Memory Deserialized') // true
 */
export class StorageLevel {
  private constructor(
    /** As in Spark. */ readonly name: string, /** As Spark's flag. */ readonly useMemory: boolean,
    /** As Spark's flag. */ readonly useDisk: boolean, /** As Spark's flag. */ readonly deserialized: boolean,
  ) {}

  /** Spark's: kept nowhere. */
  static readonly NONE = new StorageLevel('NONE', false, false, false)
  /** Spark's: as objects in memory. */
  static readonly MEMORY_ONLY = new StorageLevel('MEMORY_ONLY', true, false, true)
  /** Spark's: as bytes in memory. */
  static readonly MEMORY_ONLY_SER = new StorageLevel('MEMORY_ONLY_SER', true, false, false)
  /** Spark's: as objects in memory, else on disk. */
  static readonly MEMORY_AND_DISK = new StorageLevel('MEMORY_AND_DISK', true, true, true)
  /** Spark's: as bytes in memory, else on disk. */
  static readonly MEMORY_AND_DISK_SER = new StorageLevel('MEMORY_AND_DISK_SER', true, true, false)
  /** Spark's: on disk. */
  static readonly DISK_ONLY = new StorageLevel('DISK_ONLY', false, true, false)

  toString(): string { return `StorageLevel(${this.name})` }
}
