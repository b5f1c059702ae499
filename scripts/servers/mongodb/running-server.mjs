// @ts-check
import { memberOf } from './member.mjs';

/** @typedef {import('./member.mjs').Member} Member */

/**
 * A running standalone server or replica set. `pause`, `resume` and `kill` do to every member what the method of
 * the same name does to one.
 *
 * @typedef {object} RunningServer
 * @property {string} uri
 * @property {readonly Member[]} members
 * @property {() => void} pause
 * @property {() => void} resume
 * @property {() => Promise<void>} kill
 * @property {() => Promise<void>} stop            ends it and removes its data; may be called twice
 * @property {() => Promise<void>} [Symbol.asyncDispose]
 */

/**
 * @param {string} uri
 * @param {readonly import('mongodb-memory-server-core').MongoMemoryServer[]} servers
 * @param {() => Promise<unknown>} cleanUp
 */
export function runningServer(uri, servers, cleanUp) {
  const members = servers.map(memberOf);
  const kill = async () => void (await Promise.all(members.map(member => member.kill())));
  // Nobody needs the data: no orderly shutdown, which takes a second and does not work while paused.
  const stop = async () => {
    await kill();
    await cleanUp();
  };
  return {
    uri,
    members,
    pause: () => members.forEach(member => member.pause()),
    resume: () => members.forEach(member => member.resume()),
    kill,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
