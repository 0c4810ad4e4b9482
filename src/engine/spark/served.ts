/** Sockets that the JVM opens for one time, behind a secret of their own: to give a job's frames, or to take what it shall keep encrypted. */
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

/** The other way: gives the JVM what it waits for on a socket. */
export function delivered(port: number, secret: string, pieces: readonly Uint8Array[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const splitter = new FrameSplitter()
    let greeted = false
    const socket = connect(port, '127.0.0.1', () => { socket.write(utf(secret)) })
    socket.on('data', data => {
      greeted = splitter.push(data).some(frame => frame.toString('utf8') === 'ok')
      if (!greeted) return
      for (const piece of pieces) socket.write(piece)
      socket.end()
    })
    socket.on('error', reject)
    socket.on('close', () => {
      if (greeted) resolve()
      else reject(new SparkError('SPARK_LOST', { reason: 'it did not accept the secret of a delivery' }))
    })
  })
}
