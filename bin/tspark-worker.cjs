#!/usr/bin/env node
require('./launch.cjs')('tspark-worker', 'worker.js')
