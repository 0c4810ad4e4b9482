/** Reads what the JVM serves once on a socket: a job's frames, behind a secret that was given for this one time. */
import { connect } from 'node:net'
import { SparkError } from '../../core/errors.js'
import { FrameSplitter, utf } from './wire-format.js'

/** All frames, in order. */
export function served(port: number, secret: string): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const frames: Buffer[] = []
    const splitter = new FrameSplitter()
    let greeted = false
    const socket = connect(port, '127.0.0.1', () => { socket.write(utf(secret)) })
    socket.on('data', data => {
      for (const frame of splitter.push(data)) {
        if (greeted) frames.push(frame)
        else if (frame.toString('utf8') === 'ok') greeted = true
        else socket.destroy(new SparkError('SPARK_LOST', { reason: 'it did not accept the secret of a result' }))
      }
    })
    socket.on('error', reject)
    socket.on('close', () => {
      if (greeted && splitter.isBetweenFrames) resolve(frames)
      else reject(new SparkError('SPARK_LOST', { reason: 'the connection broke while a result came' }))
    })
  })
}
