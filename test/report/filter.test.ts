import { expect, test } from 'vitest';
import { everything, filtered, sortedSessions } from '../../src/report/page/filter.ts';
import { Model } from '../../src/report/page/model.ts';
import { sampleData } from './support/sample-data.ts';

test('a search finds a session by the route of its request, also if that comes after an earlier search', () => {
  const data = sampleData(1);
  const [known] = data.requests;
  if (known === undefined) throw new Error('the sample has no request');
  const { route, ...begun } = known;
  const model = new Model({ ...data, requests: [begun] }, 100);
  const found = (search: string) => filtered(sortedSessions(model), model, { ...everything, search }).length;
  expect(found(String(route))).toBe(0);
  model.merge({ ...data, requests: [known], sessions: [] });
  expect(found(String(route))).toBe(1);
});
