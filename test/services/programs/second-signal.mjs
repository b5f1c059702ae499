// @ts-check
// A worker whose job never ends: the stop waits for it, until a second signal ends the grace.
import { ConnectionManager, gracefulStop, scope } from 'session-guard';

const mongo = new ConnectionManager(process.env['MONGODB_URI']);
const stop = gracefulStop(null, mongo, { graceMS: 600_000 });
// The process lives as long as its job.
setInterval(() => {}, 60_000);
void scope(() => new Promise(() => {}), { route: 'endless job' });
stop.signal.addEventListener('abort', () => console.log('stops'));
console.log('works');
