// @ts-check
// Processor time of `import 'session-guard'` in a process that has loaded the driver.
import { loadInstalled } from '../drivers.mjs';
import { answer } from './protocol.mjs';

loadInstalled();
const cpu = process.cpuUsage();
await import('../../dist/index.mjs');
const { user, system } = process.cpuUsage(cpu);
answer({ cpu: user + system });
