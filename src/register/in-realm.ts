import { shared } from '../guard/shared-state.ts';
import { processWide } from '../guard/process-wide.ts';
import type { DriverModules } from '../instrument/driver-types.ts';
import { observeDriverIn } from '../instrument/observe.ts';
import type { EventSink } from '../session/spine.ts';
import type { Environment } from './environment.ts';
import { applySettings } from './settings.ts';

export interface Realm {
  readonly environment: Environment;
  readonly folder: string;
  /** The `require` of the realm. */
  readonly load: DriverModules;
  readonly trace: EventSink | undefined;
}

const prepared = processWide('realm', () => ({ before: false }));

/**
 * Observes a copy of the driver that a test runner has loaded into a realm of its own, by the copy of this package that
 * the programs there get, so that both share one state. Called from outside of the realm, by the file's path.
 */
export function observeInRealm({ environment, folder, load, trace }: Realm): void {
  if (!prepared.before) {
    prepared.before = true;
    applySettings(environment);
    if (trace !== undefined) shared.spine.addSink(trace);
  }
  observeDriverIn(folder, load);
}
