/**
 * The gateway of a JVM that has started us: in cluster deploy mode Spark opens it before it starts the program, and says where in the
 * environment. It ends with the JVM, which ends when we do.
 */
import type { Gateway } from './gateway.js'
import type { GatewayAddress } from './py4j-client.js'

export interface Joined { readonly gateway: Pick<Gateway, 'ended' | 'lastWords' | 'stop'>; readonly address: GatewayAddress }

/** Whether this program is a driver that runs on the cluster. */
export const isOnCluster = (env: NodeJS.ProcessEnv = process.env): boolean => Boolean(env.TSPARK_ON_CLUSTER && env.PYSPARK_GATEWAY_PORT)

export function joinedGateway({ PYSPARK_GATEWAY_PORT: port, PYSPARK_GATEWAY_SECRET: secret }: NodeJS.ProcessEnv): Joined {
  return { gateway: { ended: new Promise<void>(() => {}), lastWords: '', stop: async () => {} }, address: { port: Number(port), secret: secret ?? '' } }
}
