import { processWide } from '../guard/process-wide.ts';
import { shared } from '../guard/shared-state.ts';
import { noticeBundledDrivers } from './bundled-driver.ts';
import { watchDriverCopies } from './driver-watch.ts';
import { readEnvironment } from './environment.ts';
import { reportFindings } from './exit-report.ts';
import { isJestRuntime, watchJestRealms } from './jest-realms.ts';
import { onEachModule } from './module-hook.ts';
import { watchMongooseCopies } from './mongoose-watch.ts';
import { scopeRequests } from './request-scopes.ts';
import { applySettings } from './settings.ts';
import { TraceFile } from './trace-file.ts';

const preloaded = processWide('preload', () => ({ before: false }));

/**
 * Observes every copy of the driver that the process loads, without a change of its code.
 * @throws SessionGuardError for a variable that says something it cannot mean
 */
export function preload(variables: Readonly<Record<string, string | undefined>>): void {
  const environment = readEnvironment(variables);
  if (environment.mode === 'off' || preloaded.before) return;
  preloaded.before = true;
  applySettings(environment);
  reportFindings(environment);
  const trace = environment.trace === undefined ? undefined : new TraceFile(environment.trace).sink;
  if (trace !== undefined) shared.spine.addSink(trace);
  scopeRequests();
  watchDriverCopies();
  watchMongooseCopies();
  onEachModule(file => {
    if (isJestRuntime(file)) watchJestRealms({ environment, trace });
  });
  noticeBundledDrivers();
}
