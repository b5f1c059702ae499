// @ts-nocheck -- the names of Jest are global here, as vitest's are nowhere
const misuse = require('./misuse.cjs');

test('leaves a timer', misuse);
