import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { SessionGuardError } from '../../../src/errors/errors.ts';
import { failureOf } from '../../real/support/outcome.ts';
import { leaksOf } from '../../store/errors/leaks.ts';
import { configOf, idsOf, putAll } from './support/checkpoints.ts';
import { errorAnswer, type Fault } from './support/fault-proxy.ts';
import { type Faulty, startFaulty } from './support/faulty.ts';

const thread = 'plum@thread.example';
const values = { plum: 'plum value', list: ['plum'] };

let faulty: Faulty;
beforeAll(async () => {
  faulty = await startFaulty('plum-prefix-');
});
afterEach(() => faulty.proxy.setFault(undefined));
afterAll(() => faulty.proxy.close());

/** The service's error of this name, which quotes what it was asked. */
function quoting(name: string): Fault {
  return ({ input }) =>
    Promise.resolve(errorAnswer(name, { message: `For the key "${JSON.stringify(input)}", and 'plum'` }));
}

const names = [
  'ResourceNotFoundException',
  'AccessDeniedException',
  'ValidationException',
  'UnrecognizedClientException',
  'ProvisionedThroughputExceededException',
];

test.each(names)('No error of the saver about %s says anything of a thread.', async name => {
  const hasty = faulty.hasty({ timeoutMS: 400 });
  const config = await putAll(faulty.saver, configOf(thread), values);
  faulty.proxy.setFault(quoting(name));
  const failures = await Promise.all(
    [
      hasty.getTuple(config),
      putAll(hasty, config, values),
      hasty.putWrites(config, [['plum', values]], 'plum-task'),
      idsOf(hasty.list(configOf(thread))),
      hasty.deleteThread(thread),
    ].map(failureOf),
  );
  expect(failures).not.toContain(undefined);
  // Others are the client's own errors, given on as they are.
  const own = failures.filter(failure => failure instanceof SessionGuardError);
  expect(own.flatMap(failure => leaksOf(failure, ['plum']))).toEqual([]);
  expect(own.length).toBeGreaterThan(0);
});

test('A checkpoint that cannot be read is not quoted by its error.', async () => {
  const config = await putAll(faulty.saver, configOf(thread), values);
  faulty.proxy.setFault(async ({ operation, forward }) => {
    const answer = await forward();
    if (operation !== 'GetItem' && operation !== 'Query') return answer;
    const broken = Buffer.from('\0\0\0\x20{"plum": plum value "plum"}  plum').toString('base64');
    const text = JSON.stringify(answer.body).replaceAll(/\{"B":"[^"]*"\}/g, `{"B":"${broken}"}`);
    return { ...answer, body: JSON.parse(text) as Record<string, unknown> };
  });
  const failure = await failureOf(faulty.saver.getTuple(config));
  expect(failure).toMatchObject({ code: 'ERR_SESSION_GUARD_CHECKPOINT_UNREADABLE' });
  expect(leaksOf(failure, ['plum'])).toEqual([]);
});
