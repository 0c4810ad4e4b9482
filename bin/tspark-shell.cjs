#!/usr/bin/env node
require('./launch.cjs')('tspark-shell', 'shell.js')
