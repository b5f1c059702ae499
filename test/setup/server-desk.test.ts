import { afterEach, beforeEach, expect, test } from 'vitest';
import { openServerDesk, type ServerDesk } from './server-desk.ts';

let desk: ServerDesk;
let events: string[];

beforeEach(async () => {
  events = [];
  desk = await openServerDesk({
    good: async () => {
      events.push('start');
      await new Promise(resolve => setTimeout(resolve, 20));
      return { address: 'here', stop: async () => void events.push('stop') };
    },
    bad: async () => {
      events.push('try');
      throw new Error('install it');
    },
  });
});

afterEach(() => desk.close());

async function ask(name: string): Promise<[number, string]> {
  const response = await fetch(`${desk.url}/${name}`);
  return [response.status, await response.text()];
}

test('a server starts at the first question, once, and stops at the end', async () => {
  expect(events).toEqual([]);
  expect(await Promise.all([ask('good'), ask('good')])).toEqual([
    [200, 'here'],
    [200, 'here'],
  ]);
  await desk.close();
  expect(events).toEqual(['start', 'stop']);
});

test('a server that does not start is answered with its reason at each question, and tried once', async () => {
  expect(await ask('bad')).toEqual([500, 'install it']);
  expect(await ask('bad')).toEqual([500, 'install it']);
  expect(events).toEqual(['try']);
});

test('a server that is not there is named', async () => {
  expect(await ask('other')).toEqual([500, 'there is no server called "other"']);
});
