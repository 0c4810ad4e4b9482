/**
 * tspark's own modules whose classes and functions user functions meet: they travel by name, so that a Time stays a Time. The name says nothing of
 * where tspark is installed, which differs from machine to machine.
 */
import { ownUrl, registerModule } from '../core/modules.js'
import * as accumulator from '../core/accumulator.js'
import * as accumulators from '../core/accumulators.js'
import * as atRecord from '../core/at-record.js'
import * as brand from '../core/brand.js'
import * as broadcast from '../core/broadcast.js'
import * as classes from '../core/classes.js'
import * as compare from '../core/compare.js'
import * as copy from '../core/copy.js'
import * as errors from '../core/errors.js'
import * as format from '../core/format.js'
import * as hash from '../core/hash.js'
import * as random from '../core/random.js'
import * as receiver from '../core/receiver.js'
import * as state from '../core/state.js'
import * as stateMap from '../core/state-map.js'
import * as statCounter from '../core/stat-counter.js'
import * as storageLevel from '../core/storage-level.js'
import * as time from '../core/time.js'

const OWN: Readonly<Record<string, object>> = {
  accumulator, accumulators, 'at-record': atRecord, brand, broadcast, classes, compare, copy, errors, format, hash, random, receiver,
  'stat-counter': statCounter, state, 'state-map': stateMap,
  'storage-level': storageLevel, time,
}

for (const [name, namespace] of Object.entries(OWN)) registerModule(ownUrl(name), namespace)
