/** The package's public names, nothing else. */
export { Duration, Time, Interval, Milliseconds, Seconds, Minutes } from './core/time.js'
