/** Where a persisted RDD keeps its partitions, under Spark's names. */
export class StorageLevel {
  private constructor(readonly name: string, readonly useMemory: boolean, readonly useDisk: boolean, readonly deserialized: boolean) {}

  static readonly NONE = new StorageLevel('NONE', false, false, false)
  static readonly MEMORY_ONLY = new StorageLevel('MEMORY_ONLY', true, false, true)
  static readonly MEMORY_ONLY_SER = new StorageLevel('MEMORY_ONLY_SER', true, false, false)
  static readonly MEMORY_AND_DISK = new StorageLevel('MEMORY_AND_DISK', true, true, true)
  static readonly MEMORY_AND_DISK_SER = new StorageLevel('MEMORY_AND_DISK_SER', true, true, false)
  static readonly DISK_ONLY = new StorageLevel('DISK_ONLY', false, true, false)

  toString(): string { return `StorageLevel(${this.name})` }
}
