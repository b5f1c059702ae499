import { processWide } from '../../platform/process-wide.ts';
import { shared } from '../runtime/process/shared-state.ts';
import { noticeBundledDrivers } from './modules/bundled-driver.ts';
import { watchDriverCopies } from './modules/driver-watch.ts';
import { demandObservation, observeOnDemand, whenDemanded } from '../runtime/process/on-demand.ts';
import { applySettings, type Environment, readEnvironment } from './environment.ts';
import { reportFindings } from './exit/exit-report.ts';
import { isJestRuntime, watchJestRealms } from './realms/jest-realms.ts';
import { onEachModule } from './modules/module-hook.ts';
import { watchMongooseCopies } from './modules/library-modules.ts';
import { scopeRequests } from './request-scopes.ts';
import { traceFrom } from './trace.ts';

const preloaded = processWide('preload', () => ({ before: false }));

/**
 * Observes every copy of the driver that the process loads, without changing the driver's code.
 * @throws SessionGuardError for a variable with an invalid value
 */
export function preload(variables: Readonly<Record<string, string | undefined>>): void {
  const environment = readEnvironment(variables);
  if (environment.mode === 'off' || preloaded.before) return;
  preloaded.before = true;
  applySettings(environment);
  reportFindings(environment);
  const trace = traceFrom(environment);
  trace?.(shared);
  if (!isWanted(environment)) observeOnDemand();
  whenDemanded(scopeRequests);
  watchDriverCopies();
  watchMongooseCopies();
  onEachModule(file => {
    if (!isJestRuntime(file)) return;
    // The tests ask in realms of their own.
    demandObservation();
    watchJestRealms({ environment, trace });
  });
  noticeBundledDrivers();
}

/** Somebody gets what is observed, from the beginning: a rule, a trace, the debug output, or protection. */
function isWanted({ mode }: Environment): boolean {
  return (
    mode === 'protect' ||
    shared.pipeline.hasSinks ||
    shared.unmanaged.rules.some(({ severity }) => severity !== 'off')
  );
}
