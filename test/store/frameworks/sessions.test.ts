import { describe, expect, test } from 'vitest';
import { Browser } from './support/browser.ts';
import { type Ground, grounds, groundOf } from './support/ground.ts';
import { routes } from './support/routes.ts';

interface Here {
  readonly ground: Ground;
}

describe.each(grounds)('$framework on $backend', ({ framework, backend }) => {
  const here = { ground: groundOf(framework, backend) };
  savesAndIds(here);
  plantedIds(here);
});

function savesAndIds({ ground }: Here): void {
  test('what both saves of one request wrote is there', async () => {
    const { browser } = await ground.open({ routes });
    await browser.get('/start');
    await browser.get('/twice');
    expect((await browser.get('/')).body).toEqual({ first: [1, { deep: true }], second: 2 });
  });

  test('a session without anything in it is not stored', async () => {
    const { browser } = await ground.open({ routes });
    expect((await browser.get('/')).setCookie).toBe('');
  });

  test('`regenerate` leaves no way back to the old id', async () => {
    const { browser } = await ground.open({ routes });
    await browser.get('/start');
    const old = browser.tab();
    await browser.get('/regenerate');
    expect((await browser.get('/')).body).toEqual({ fresh: true });
    expect((await old.get('/')).body).toEqual({});
  });

  test('`reload` gives what another request has written meanwhile, and the next save keeps it', async () => {
    const { browser, app } = await ground.open({
      routes: {
        ...routes,
        '/reload': async visit => {
          await new Browser(app.url, browser.cookie).get('/twice');
          await visit.reload();
          const { second } = visit.session;
          visit.session['third'] = 3;
          return { second };
        },
      },
    });
    await browser.get('/start');
    expect((await browser.get('/reload')).body).toEqual({ second: 2 });
    expect((await browser.get('/')).body).toEqual({ first: [1, { deep: true }], second: 2, third: 3 });
  });
}

function plantedIds({ ground }: Here): void {
  test('an id that the store never gave out is not taken over', async () => {
    const { browser, app } = await ground.open({ routes });
    const other = await ground.open({ routes });
    await other.browser.get('/start');
    const planted = new Browser(app.url, other.browser.cookie);
    const { body: before } = await planted.get('/id');
    await other.browser.get('/end');
    await planted.get('/start');
    expect((await planted.get('/id')).body).not.toEqual(before);
    expect(browser.cookie).toBeUndefined();
  });
}
