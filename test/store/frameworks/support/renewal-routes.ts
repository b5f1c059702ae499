import type { AuditEvent } from '../../../../src/store/index.ts';
import { routes as usual } from './routes.ts';
import type { Routes } from './visit.ts';

export const minute = 60_000;
export const user = 'anna';

export const routes: Routes = {
  ...usual,
  '/log-in': async visit => {
    await visit.logIn(user);
    visit.session['name'] = 'Anna';
  },
  '/one': async ({ session }) => {
    session['one'] = 1;
  },
  '/two': async visit => {
    visit.session['two'] = 2;
    await visit.save();
  },
  '/until': async ({ session }) => {
    session['until'] = 20;
    session.cookie.expires = new Date(Date.now() + 20 * minute);
  },
  '/nothing': async () => 'nothing',
};

export const renewed = (events: readonly AuditEvent[]) =>
  events.filter(({ kind }) => kind === 'rotate').length;
