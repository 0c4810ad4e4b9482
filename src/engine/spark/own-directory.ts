/**
 * The directory of a driver for what it hands to its JVM: held rows, broadcasts, the gateway's address. Ours alone (0700), removed by `close`.
 *
 * A driver that is killed leaves it behind, with all that it held. So a socket listens inside for as long as its owner lives; the system ends it with the
 * process, however that went, and it tells the truth where a process number would not (another container, a number given anew). The next driver
 * removes directories whose socket refuses. Those without one are left alone: nobody can tell.
 */
import { lstatSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PREFIX = 'tspark-spark-'
const ALIVE = 'alive'

export class OwnDirectory {
  private constructor(readonly path: string, readonly alive: Server) {}

  /** Also removes those of drivers that are gone. */
  static async open(parent = tmpdir()): Promise<OwnDirectory> {
    await sweep(parent)
    const path = mkdtempSync(join(parent, PREFIX)) // 0700
    const alive = createServer(socket => { socket.destroy() })
    // Under its name only once it listens: before, it refuses. Where a socket cannot be (its path is too long) the directory is one that nobody can tell of.
    await new Promise<void>(resolve => {
      alive.once('error', () => resolve()).listen(join(path, `${ALIVE}.part`), () => { renameSync(join(path, `${ALIVE}.part`), join(path, ALIVE)); resolve() })
    })
    alive.unref()
    return new OwnDirectory(path, alive)
  }

  close(): void {
    this.alive.close()
    rmSync(this.path, { recursive: true, force: true })
  }
}

async function sweep(parent: string): Promise<void> {
  const ours = readdirSync(parent).filter(name => name.startsWith(PREFIX)).map(name => join(parent, name)).filter(isOurs)
  await Promise.all(ours.map(async path => { if (await isForsaken(path)) rmSync(path, { recursive: true, force: true }) }))
}

/** A link that someone else has put there is not followed. */
function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.()
}

function isForsaken(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(join(path, ALIVE))
    const answer = (forsaken: boolean): void => { socket.destroy(); resolve(forsaken) }
    socket.once('connect', () => answer(false))
    socket.once('error', (error: NodeJS.ErrnoException) => answer(error.code === 'ECONNREFUSED'))
  })
}
