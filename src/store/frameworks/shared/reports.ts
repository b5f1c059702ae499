import { warningCodes } from '../../../errors/codes.ts';
import { emitWarning } from '../../../platform/notices.ts';
import type { SessionHeader } from '../../backend/session-record.ts';
import { sessionEnded, userChanged } from '../../errors.ts';
import type { Ended } from '../../audit/audit-event.ts';
import type { Emitter, SessionEnded } from './framework-events.ts';
import type { FrameworkSettings } from './framework-options.ts';

/** Reports problems that do not fail a request, or fails the request if the options say so. */
export class Reports {
  readonly #emitter: Emitter;
  readonly #settings: FrameworkSettings;
  #hasWarned = false;

  constructor(emitter: Emitter, settings: FrameworkSettings) {
    this.#emitter = emitter;
    this.#settings = settings;
  }

  /** @throws SessionGuardError ERR_SESSION_GUARD_STORE_ENDED with `onEnded: 'error'` */
  ended(during: SessionEnded['during'], reason: Ended['reason'], handle: string | undefined): void {
    this.#emitter.emit('sessionEnded', { during, reason, handle } satisfies SessionEnded);
    if (this.#settings.onEnded === 'error' && during === 'save') throw sessionEnded();
  }

  /** @throws SessionGuardError ERR_SESSION_GUARD_STORE_USER_CHANGED unless `onUserChange` is 'report' */
  userChanged({ handle, user }: SessionHeader): void {
    if (this.#settings.onUserChange === 'error') throw userChanged();
    const from = user === undefined ? 'nobody' : 'another user';
    const isHeard = this.#emitter.emit('userChanged', { handle, from });
    if (isHeard || this.#hasWarned) return;
    this.#hasWarned = true;
    const { message } = userChanged();
    emitWarning(Object.assign(new Error(message), { name: 'Warning', code: warningCodes.userChanged }));
  }

  refreshFailed(error: unknown): void {
    this.#emitter.emit('refreshFailed', { error });
  }
}
