import { expect, onTestFinished, test, vi } from 'vitest';
import { type About, RequestNote } from '../../../src/guard/runtime/request/request-note.ts';
import { clock } from '../../../src/platform/time/clock.ts';

test('A request without an id has the number of its scope; what is not known is absent.', () => {
  const wall = vi.spyOn(clock, 'wall').mockReturnValue(1000);
  onTestFinished(() => wall.mockRestore());
  const note = new RequestNote(() => ({}), 7);
  wall.mockReturnValue(2000);
  expect(note.read()).toStrictEqual({ id: '7', startedAt: 1000 });
});

test('What is known of a request is read again each time: its route may be found late.', () => {
  let about: About = { id: 'a', method: 'GET' };
  const note = new RequestNote(() => about, 7);
  expect(note.read()).toMatchObject({ id: 'a', method: 'GET' });
  expect(note.read()).not.toHaveProperty('route');
  about = { ...about, route: '/orders/:id' };
  expect(note.read()).toMatchObject({ id: 'a', method: 'GET', route: '/orders/:id' });
});

test('After the end of the request its last state stays, and its logger; the request is not asked any more.', () => {
  let asked = 0;
  const log = {};
  const read = () => {
    asked += 1;
    return { id: 'a', method: 'GET', route: '/orders/:id' };
  };
  const note = new RequestNote(read, 7, log);
  note.close();
  expect(note.read()).toMatchObject({ id: 'a', method: 'GET', route: '/orders/:id' });
  expect(note.read()).toMatchObject({ id: 'a', method: 'GET', route: '/orders/:id' });
  expect(asked).toBe(1);
  expect(note.log).toBe(log);
});

test('A function of the program may return anything: only texts are kept.', () => {
  const about: About = JSON.parse('{ "id": 7, "method": null, "route": ["/a"] }');
  const note = new RequestNote(() => about, 7);
  expect(note.read()).toStrictEqual({ id: '7', startedAt: note.read().startedAt });
});
