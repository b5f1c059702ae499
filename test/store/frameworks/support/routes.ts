import type { Routes } from './visit.ts';

/** What most tests ask an application for. */
export const routes: Routes = {
  '/': async ({ session }) => ({ ...session, cookie: undefined, id: undefined }),
  '/id': async ({ id, handle }) => ({ id, handle }),
  '/start': async ({ session }) => {
    session['started'] = true;
  },
  '/twice': async visit => {
    const { session } = visit;
    session['first'] = [1, { deep: true }];
    await visit.save();
    session['second'] = 2;
    delete session['started'];
    await visit.save();
  },
  '/regenerate': async visit => {
    await visit.regenerate();
    visit.session['fresh'] = true;
  },
  '/end': visit => visit.destroy(),
};
