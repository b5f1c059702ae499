import { afterEach, expect, test, vi } from 'vitest';
import { cases } from '../../examples/order-service/demo/cases/index.mjs';
import { whatDidNotHold } from '../../examples/order-service/demo/judge.mjs';
import { printTable } from '../../examples/order-service/demo/print-table.mjs';

const example = cases.find(({ route }) => route === 'open-cursor') ?? expect.fail('no such case');
const request = { path: '/orders' };
const outcome = { count: 0, of: 2, seconds: 1, transactions: 0, unhandled: {}, findings: [] };
const late = { ...outcome, answers: [200, 0].map(status => ({ request, tookMS: 1, status })) };

afterEach(() => vi.restoreAllMocks());

function printed(wrong: string[], requests: number): string {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  printTable([{ example, plain: late, wrong, late: requests }]);
  return log.mock.calls.join('\n');
}

test('a request without an answer in time is named as such, and not as a wrong answer', () => {
  const wrong = whatDidNotHold(example, late, late);
  expect(wrong).toContain('1 of 2 requests had no answer in time');
  expect(wrong.join()).not.toContain('answers are not what they have to be');
});

test('the table says what helps where requests had no answer in time', () => {
  expect(printed(['late'], 1)).toMatch(/no answer in time, see below[^]*DEMO_CLIENT_TIMEOUT_MS=30000/);
});

test('a failure without late answers is no matter of time', () => {
  const text = printed(['harm'], 0);
  expect(text).toContain('did not hold, see above');
  expect(text).not.toContain('DEMO_CLIENT_TIMEOUT_MS');
});
