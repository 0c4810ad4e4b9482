/**
 * The flags of spark-submit, as a table: parsing, the usage text and the conf they stand for all come from here.
 *
 * A row without a sentence of its own (`what`) is accepted since scripts that run on Spark carry it; it means nothing to threads
 * of one process, and --verbose says so.
 */
export interface Flag {
  readonly names: readonly string[]
  /** What follows the flag; absent: nothing does. */
  readonly takes?: string
  /** The setting it stands for; a flag that takes nothing sets it to true. */
  readonly conf?: string
  readonly what?: string
}

export const FLAGS: readonly Flag[] = [
  { names: ['--master'], takes: 'MASTER_URL', conf: 'spark.master', what: `where the work runs: local, 'local[2]', 'local[*]', spark://host:7077 (Default: local[*], at most 4 threads)` },
  { names: ['--engine'], takes: 'ENGINE', conf: 'spark.tspark.engine', what: `spark: stock Spark, found by SPARK_HOME or as Python's pyspark, also for a local master (Default: threads of this process; spark://, yarn and k8s:// are always on Spark)` },
  { names: ['--class'], takes: 'CLASS_NAME', what: `the program's export to run: its main(args), or itself if it is a function` },
  { names: ['--name'], takes: 'NAME', conf: 'spark.app.name', what: 'a name for the program' },
  { names: ['--driver-memory'], takes: 'MEM', conf: 'spark.driver.memory', what: 'memory of the program, for example 2g; rows that do not fit go to disk' },
  { names: ['--conf', '-c'], takes: 'PROP=VALUE', what: 'a setting; may be given many times' },
  { names: ['--properties-file'], takes: 'FILE', what: 'settings from a file (Default: spark-defaults.conf in $SPARK_CONF_DIR or $SPARK_HOME/conf)' },
  { names: ['--once'], conf: 'spark.tspark.once', what: 'inputs end with what is there (files, queues, sockets that close), and the program with them' },
  { names: ['--record'], takes: 'FILE', what: 'writes what came in and what came out, batch by batch' },
  { names: ['--compare'], takes: 'FILE', what: 'plays what was recorded, here or on another engine, and shows the first difference' },
  { names: ['--verbose', '-v'], what: 'says what was understood' },
  { names: ['--help', '-h'], what: 'this text' },
  { names: ['--version'], what: 'the version of tspark' },
  ...ignored('--deploy-mode=MODE:spark.submit.deployMode', '--jars=JARS:spark.jars', '--packages=LIST:spark.jars.packages', '--exclude-packages=LIST:spark.jars.excludes',
    '--repositories=LIST:spark.jars.repositories', '--py-files=FILES:spark.submit.pyFiles', '--files=FILES:spark.files', '--archives=FILES:spark.archives',
    '--driver-java-options=OPTS:spark.driver.extraJavaOptions', '--driver-library-path=PATH:spark.driver.extraLibraryPath',
    '--driver-class-path=PATH:spark.driver.extraClassPath', '--executor-memory=MEM:spark.executor.memory', '--proxy-user=NAME', '--driver-cores=NUM:spark.driver.cores',
    '--supervise:spark.driver.supervise', '--total-executor-cores=NUM:spark.cores.max', '--executor-cores=NUM:spark.executor.cores',
    '--num-executors=NUM:spark.executor.instances', '--principal=NAME:spark.kerberos.principal', '--keytab=FILE:spark.kerberos.keytab', '--queue=NAME:spark.yarn.queue'),
]

export const flagNamed = (name: string): Flag | undefined => FLAGS.find(({ names }) => names.includes(name))

export function usage(): string {
  const [known, other] = [FLAGS.filter(({ what }) => what), FLAGS.filter(({ what }) => !what)]
  const rows = known.map(flag => [`${flag.names.join(', ')}${flag.takes ? ` ${flag.takes}` : ''}`, flag.what!] as const)
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return [
    'Usage: tspark-submit [options] <program.ts | program.js> [program arguments]', '', 'Options:',
    ...rows.map(([left, what]) => `  ${left.padEnd(width)}${what}`), '',
    'Accepted, but without meaning where the executors are threads:', ...wrapped(other.map(({ names }) => names[0]!)),
  ].join('\n')
}

/** `--flag=TAKES:conf.key` */
function ignored(...specs: readonly string[]): Flag[] {
  return specs.map(spec => {
    const [, name, takes, conf] = /^(--[a-z-]+)(?:=(\w+))?(?::(.+))?$/.exec(spec)!
    return { names: [name!], ...takes && { takes }, ...conf && { conf } }
  })
}

function wrapped(words: readonly string[]): string[] {
  const lines = ['']
  for (const word of words) {
    if (lines.at(-1)!.length + word.length > 90) lines.push('')
    lines[lines.length - 1] += ` ${word}`
  }
  return lines.map(line => ` ${line}`)
}
