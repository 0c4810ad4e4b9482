#!/usr/bin/env node
require('./launch.cjs')('tspark-submit', 'submit.js')
