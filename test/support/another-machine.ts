/**
 * Another machine, as far as files go: a command runs in a mount namespace of its own, in which some directories are empty and some programs
 * cannot be run. Needs Linux, and the right to make such a namespace; `lacksElsewhere` says when it does not have it.
 */
import { spawnSync } from 'node:child_process'

export interface Hidden { readonly directories: readonly string[]; readonly programs?: readonly string[] }

export const elsewhere = ({ directories, programs = [] }: Hidden) => (command: readonly string[]): readonly string[] => {
  const mounts = [...directories.map(path => `mount -t tmpfs none ${quoted(path)}`), ...programs.map(path => `mount --bind /dev/null ${quoted(path)}`)]
  return ['unshare', '-rm', 'sh', '-c', [...mounts, 'exec "$@"'].join(' && '), 'sh', ...command]
}

/** Why it cannot be had here. */
export const lacksElsewhere: string | undefined = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' }).status === 0 ? undefined : 'no mount namespace can be made here'

const quoted = (path: string): string => `'${path.replaceAll('\'', '\'\\\'\'')}'`
