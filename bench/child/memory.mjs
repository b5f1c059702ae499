// @ts-check
// The heap that open sessions hold, for one side.
import { openSide } from '../sides.mjs';
import { answer, order } from './protocol.mjs';

const SESSIONS = 10_000;

const { uri, sides: [name] = ['plain'] } = order();
const side = await openSide(name ?? 'plain', uri);
// The first ones bring the code along.
for (const session of startSessions(100)) await session.endSession();

const before = heapUsed();
const sessions = startSessions(SESSIONS);
const bytes = (heapUsed() - before) / SESSIONS;

for (const session of sessions) await session.endSession();
await side.close();
answer({ bytes });

/** @param {number} count */
function startSessions(count) {
  return Array.from({ length: count }, () => side.client.startSession());
}

function heapUsed() {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
