/**
 * The first words with a master, as Spark's own RPC has them: frames of `long length, byte type, …`, and, where there is a secret, SASL's DIGEST-MD5 (RFC 2831), which a
 * master with AES-based encryption falls back to. The same in 3.5 and 4.3.
 *
 * Without a secret, an endpoint is asked for that no master has: "Could not find" is the answer of one that takes everybody, and it is not even logged there.
 * What is answered otherwise than known here proves nothing.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'

export type Refusal = 'something answers there that is no Spark master' | 'its spark.authenticate.secret is another' | 'one of us asks for a secret, and the other has none: spark.authenticate'

const [REQUEST, RESPONSE, FAILURE] = [3, 4, 5]
// Type and length come first: text, such as that of a page, makes a number that no frame has.
const MOST_BYTES = 1024 ** 2
const USER = 'sparkSaslUser'

/** Why the master would not take us; undefined where it would, or where that cannot be told. */
export async function greet(socket: Socket, secret: string | null): Promise<Refusal | undefined> {
  const answers = framesOf(socket)
  const ask = async (id: number, body: Buffer): Promise<Answer> => {
    socket.write(request(id, body))
    return (await answers.next()).value ?? 'closed'
  }
  const first = await ask(1, secret === null ? NOBODY : sasl(Buffer.alloc(0)))
  if (typeof first === 'string') return first === 'no frame' ? 'something answers there that is no Spark master' : undefined
  if (first.type === FAILURE) return /Expected SaslMessage|readRpcAddress/.test(first.text) ? 'one of us asks for a secret, and the other has none: spark.authenticate' : undefined
  if (secret === null || first.type !== RESPONSE) return undefined
  const second = await ask(2, sasl(Buffer.from(digest(first.text, secret))))
  return typeof second !== 'string' && second.type === FAILURE && /Mismatched response/.test(second.text) ? 'its spark.authenticate.secret is another' : undefined
}

interface Frame { readonly type: number; readonly text: string }
type Answer = Frame | 'no frame' | 'closed'

async function* framesOf(socket: Socket): AsyncGenerator<Answer, 'closed'> {
  let bytes = Buffer.alloc(0)
  for await (const data of socket) {
    bytes = Buffer.concat([bytes, data as Buffer])
    while (bytes.length >= 9) {
      const length = bytes.readBigInt64BE()
      if (length < 9 || length > MOST_BYTES) { yield 'no frame'; continue }
      if (bytes.length < length) break
      yield { type: bytes[8]!, text: bytes.toString('utf8', 21, Number(length)) }
      bytes = bytes.subarray(Number(length))
    }
  }
  return 'closed'
}

function request(id: number, body: Buffer): Buffer {
  const head = Buffer.alloc(21)
  head.writeBigInt64BE(BigInt(head.length + body.length))
  head[8] = REQUEST
  head.writeBigInt64BE(BigInt(id), 9)
  head.writeInt32BE(body.length, 17)
  return Buffer.concat([head, body])
}

/** A message for an endpoint `tspark`: no sender's address and no receiver's, its name, and Java's serialized null. */
const NOBODY = Buffer.from([0, 0, 0, 6, ...Buffer.from('tspark'), 0xac, 0xed, 0, 5, 0x70])

const sasl = (token: Buffer): Buffer => Buffer.concat([Buffer.from([0xea]), int(USER.length), Buffer.from(USER), int(token.length), token])

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** The answer to a challenge `realm="…",nonce="…",…`. Spark gives names and passwords in base64. */
function digest(challenge: string, secret: string): string {
  const of = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(challenge)?.[1] ?? ''
  const [user, password] = [USER, secret].map(text => Buffer.from(text).toString('base64'))
  const [realm, nonce, cnonce, uri] = [of('realm'), of('nonce'), randomBytes(16).toString('base64'), 'null/default']
  const session = Buffer.concat([md5(`${user}:${realm}:${password}`), Buffer.from(`:${nonce}:${cnonce}`)])
  const response = md5([md5(session).toString('hex'), nonce, '00000001', cnonce, 'auth', md5(`AUTHENTICATE:${uri}`).toString('hex')].join(':')).toString('hex')
  return `charset=utf-8,username="${user}",realm="${realm}",nonce="${nonce}",nc=00000001,cnonce="${cnonce}",digest-uri="${uri}",maxbuf=65536,response=${response},qop=auth`
}

const md5 = (data: string | Buffer): Buffer => createHash('md5').update(data).digest()
