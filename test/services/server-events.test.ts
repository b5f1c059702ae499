import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { ServerEvents } from '../../src/services/stop/server-events.ts';

/** A server whose application listens to upgrades, and a stop that watches them. */
function watched() {
  const server = new EventEmitter();
  const heard: string[] = [];
  const hear = (who: string) => () => void heard.push(who);
  const [application, own] = [hear('application'), hear('own')];
  server.on('upgrade', application);
  const events = new ServerEvents(server);
  events.watch('upgrade', own);
  return { server, events, heard, hear, application };
}

test('an event of which the application has taken its listener off has no listener, and Node does what it does without', () => {
  const { server, heard, application } = watched();
  server.off('upgrade', application);
  expect(server.listenerCount('upgrade')).toBe(0);
  server.on('upgrade', application);
  server.emit('upgrade');
  expect(heard).toEqual(['own', 'application']);
});

test('a library that puts its listener in the place of all others, and calls them, does not hide an event', () => {
  const { server, heard, hear } = watched();
  server.removeAllListeners('upgrade');
  server.on('upgrade', hear('library'));
  server.emit('upgrade');
  expect(heard).toEqual(['own', 'library']);
});

test('a listener of the application that is to be called once is called once, also while the stop asks first', () => {
  const { server, events, heard, hear } = watched();
  server.once('upgrade', hear('once'));
  events.stepBefore('upgrade', () => true);
  server.emit('upgrade');
  server.emit('upgrade');
  expect(heard).toEqual(['own', 'application', 'once', 'own', 'application']);
});

test('an event that the stop keeps from the application is still seen by the stop', () => {
  const { server, events, heard } = watched();
  events.stepBefore('upgrade', () => false);
  server.emit('upgrade');
  expect(heard).toEqual(['own']);
});
