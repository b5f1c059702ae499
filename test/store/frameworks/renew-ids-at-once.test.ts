import { describe, expect, test } from 'vitest';
import { gate } from '../../support/gate.ts';
import { raceCount } from '../../support/race-count.ts';
import { type AgingGround, agingGroundOf, agingGrounds } from './support/aging-ground.ts';
import { Browser } from './support/browser.ts';
import { races } from './support/ground.ts';
import { minute, renewed, routes } from './support/renewal-routes.ts';

/** A race is one of the adapter's: what a server adds is the way there. */
const times: Readonly<Record<string, number>> = { memory: 100, redis: 50, mongodb: 20, dynamodb: 10 };

const renewIds = { afterSeconds: 600 };

describe.each(agingGrounds)('$framework on $backend', ({ framework, backend }) => {
  const here = agingGroundOf(framework, backend);
  slowRequests(here);
  requestsAtOnce(here);
});

function slowRequests(here: AgingGround): void {
  test.each(['/slow', '/slow-two'])(
    'a request (%s) that began before loses nothing, and sets no old cookie',
    async path => {
      const [begun, mayEnd] = [gate(), gate()];
      const { app, browser } = await here.open({
        renewIds,
        routes: {
          ...routes,
          [path]: async ({ session }) => {
            begun.open();
            await mayEnd.opened;
            if (path === '/slow-two') session['two'] = 2;
          },
        },
      });
      await browser.get('/start');
      const old = browser.tab();
      await here.pass(9 * minute);
      const answer = old.get(path);
      await begun.opened;
      await here.pass(2 * minute);
      await browser.get('/one');
      mayEnd.open();
      expect(await answer).toMatchObject({ status: 200, setCookie: '' });
      const two = path === '/slow-two' ? { two: 2 } : {};
      expect((await browser.get('/')).body).toEqual({ started: true, one: 1, ...two });
      expect(app.events).toEqual([]);
    },
  );
}

function requestsAtOnce(here: AgingGround): void {
  test.each([1, 2])(
    'at %i processes: of the requests of one page one gives a new id, and all of them are served and keep what they change',
    async processes => {
      const { app, another, events } = await here.open({ routes, renewIds });
      const other = processes === 1 ? app : await another();
      const count = raceCount(times[here.backend] ?? 50);
      const browsers = Array.from({ length: count }, () => new Browser(app.url));
      await races(count, async index => void (await browsers[index]?.get('/start')));
      await here.pass(11 * minute);
      const wrong: unknown[] = [];
      await races(count, async index => {
        const page = browsers[index];
        if (page === undefined) return;
        const tabs = ['/', '/one', '/two', '/nothing'].map((path, n) => {
          const { url } = n % 2 === 0 ? app : other;
          return { path, tab: new Browser(url, page.cookie) };
        });
        const answers = await Promise.all(tabs.map(({ path, tab }) => tab.get(path)));
        const cookies = new Set(
          tabs.filter((_, n) => answers[n]?.setCookie !== '').map(({ tab }) => tab.cookie),
        );
        const [cookie] = cookies;
        const after = new Browser(app.url, cookie);
        const { body } = await after.get('/');
        const isServed = answers.every(({ status }) => status === 200) && cookies.size === 1;
        const isKept = JSON.stringify(body, ['started', 'one', 'two']) === '{"started":true,"one":1,"two":2}';
        if (!isServed || !isKept || cookie === page.cookie) wrong.push({ answers, body });
      });
      expect(wrong).toEqual([]);
      expect(renewed(events)).toBe(count);
      expect([app.events, other.events]).toEqual([[], []]);
    },
  );
}
