import { processWide } from '../../../platform/process-wide.ts';
import { shared } from '../../runtime/process/shared-state.ts';
import type { TraceRealm } from '../trace.ts';
import { applySettings, type Environment } from '../environment.ts';
import { patchLibraryModule } from '../modules/library-modules.ts';
import type { RealmModule } from '../modules/realm-modules.ts';

/** The preload's state outside the realm. */
export interface Outside {
  readonly environment: Environment;
  readonly trace: TraceRealm | undefined;
}

const prepared = processWide('realm', () => ({ before: false }));

/**
 * Observes the driver or mongoose that a test runner has loaded into a separate realm. It runs in the copy of this package that
 * the programs of that realm get, so that both share one state. Called from outside the realm, by the file's path.
 */
export function observeInRealm(module: RealmModule, { environment, trace }: Outside): void {
  if (!prepared.before) {
    prepared.before = true;
    applySettings(environment);
    trace?.(shared);
  }
  patchLibraryModule(module);
}
