import { processWide } from '../guard/process-wide.ts';
import { shared } from '../guard/shared-state.ts';
import type { EventSink } from '../session/spine.ts';
import type { Environment } from './environment.ts';
import { observeLibraryModule } from './library-modules.ts';
import type { RealmModule } from './realm-modules.ts';
import { applySettings } from './settings.ts';

/** What the preload outside of the realm knows. */
export interface Outside {
  readonly environment: Environment;
  readonly trace: EventSink | undefined;
}

const prepared = processWide('realm', () => ({ before: false }));

/**
 * Observes the driver, or mongoose, that a test runner has loaded into a realm of its own, by the copy of this package that
 * the programs there get, so that both share one state. Called from outside of the realm, by the file's path.
 */
export function observeInRealm(module: RealmModule, { environment, trace }: Outside): void {
  if (!prepared.before) {
    prepared.before = true;
    applySettings(environment);
    if (trace !== undefined) shared.spine.addSink(trace);
  }
  observeLibraryModule(module);
}
