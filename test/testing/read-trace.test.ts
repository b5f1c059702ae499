import { expect, test } from 'vitest';
import { codes } from '../../src/errors/codes.ts';
import { formatEvent } from '../../src/guard/trace/format-event.ts';
import { parseTrace, readTrace } from '../../src/testing/index.ts';

const lines = parseTrace('start begin(a) txn(standalone) end settle(a)').map(formatEvent);

test('A text is read as its lines are, with empty ones passed over.', () => {
  const events = [...readTrace(lines)];
  expect(events.map(({ type }) => type)).toEqual([
    'session.started',
    'operation.requested',
    'transaction.started',
    'session.ending',
    'session.ended',
    'operation.settled',
  ]);
  expect([...readTrace(`\n${lines.join('\n\r\n')}\n`)]).toEqual(events);
});

test('All mentions of one operation are one object, as they were.', () => {
  const [, requested, , ending] = [...readTrace(lines)];
  const operation = requested?.type === 'operation.requested' ? requested.operation : undefined;
  const pending = ending?.type === 'session.ending' ? ending.pending : [];
  expect(operation).toMatchObject({ command: 'insert' });
  expect(pending[0]).toBe(operation);
});

test('Events are read one by one: the events before a wrong line are read.', () => {
  const events = readTrace([...lines.slice(0, 1), 'wrong']);
  expect(events.next().value).toMatchObject({ type: 'session.started' });
  expect(() => events.next()).toThrow('Trace, line 2: it is not valid JSON.');
});

test.each([
  ['no JSON', '{"v":1,', 'it is not valid JSON.'],
  ['no object', '[]', 'it is not an event.'],
  ['null', 'null', 'it is not an event.'],
  [
    'a later version',
    '{"v":3}',
    'lines of version 3 are not known; this package reads the versions 1 and 2.',
  ],
  ['no version', '{}', 'lines of version undefined are not known'],
  ['an unknown type', '{"v":1,"type":"session.begun"}', "there is no event 'session.begun'."],
  ['a name of every object', '{"v":1,"type":"toString"}', "there is no event 'toString'."],
  ['no time', '{"v":1,"type":"clock.ticked","client":1}', "'at' and 'client' must be numbers."],
  [
    'no session',
    '{"v":1,"type":"session.kept","client":1,"at":0}',
    "'session' of session.kept is missing or wrong.",
  ],
  [
    'no operation',
    '{"v":1,"type":"operation.requested","client":1,"at":0,"session":1}',
    "'operation' of operation.requested is missing or wrong.",
  ],
  [
    'no number of an operation',
    '{"v":1,"type":"operation.settled","client":1,"at":0,"session":1,"operation":{}}',
    "'operation' of operation.settled is missing or wrong.",
  ],
  [
    'pending that is not a list',
    '{"v":1,"type":"callback.returned","client":1,"at":0,"session":1,"pending":1}',
    "'pending' of callback.returned is missing or wrong.",
  ],
  [
    'an error without labels',
    '{"v":1,"type":"operation.settled","client":1,"at":0,"session":1,"operation":1,"error":{"name":"E"}}',
    "'error' of operation.settled is wrong.",
  ],
  [
    'no work',
    '{"v":1,"type":"client.closing","client":1,"at":0}',
    "'work' of client.closing is missing or wrong.",
  ],
])('Refused with its line number is %s.', (_, line, message) => {
  const read = () => [...readTrace(`\n${lines[0]}\n${line}`)];
  expect(read).toThrow(expect.objectContaining({ code: codes.invalidArgument }));
  expect(read).toThrow(`Trace, line 3: ${message}`);
});
