// @ts-check
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Reads the processor time that a server of this machine has used, in microseconds. On a busy machine it tells more than a
 * clock on the wall. NaN where `/proc` does not tell it, as on macOS.
 *
 * @param {number} port  on which the server listens
 * @returns {() => number}
 */
export function serverCPU(port) {
  const process = processAt(port);
  if (process === undefined) return () => Number.NaN;
  return () => {
    const threads = readdirSync(`/proc/${process}/task`);
    return threads.reduce((sum, thread) => sum + microsecondsOf(`/proc/${process}/task/${thread}`), 0);
  };
}

/** A thread may end meanwhile. @param {string} thread */
function microsecondsOf(thread) {
  const [nanoseconds = '0'] = (readOr(`${thread}/schedstat`) ?? '').split(' ');
  return Number(nanoseconds) / 1000;
}

/** @param {number} port */
function processAt(port) {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(file => (readOr(file) ?? '').split('\n'));
  const inodes = sockets
    .map(line => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(hex) && state === listening)
    .map(columns => `socket:[${columns[inodeColumn]}]`);
  return numbersIn('/proc').find(process => hasOpen(process, inodes));
}

const listening = '0A';
const inodeColumn = 9;

/** @param {string} process @param {readonly string[]} files */
function hasOpen(process, files) {
  return numbersIn(`/proc/${process}/fd`).some(file => {
    try {
      return files.includes(readlinkSync(`/proc/${process}/fd/${file}`));
    } catch {
      return false;
    }
  });
}

/** @param {string} folder */
function numbersIn(folder) {
  try {
    return readdirSync(folder).filter(name => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** @param {string} file */
function readOr(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
