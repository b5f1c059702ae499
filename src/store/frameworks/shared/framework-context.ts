import type { HiddenField } from '../../../platform/hidden-field.ts';
import type { StoreContext } from '../../sessions/store-context.ts';
import type { PendingLogIns } from './pending-log-ins.ts';
import type { FrameworkSettings } from './framework-options.ts';
import type { KnownIds } from '../known-ids.ts';
import type { GuardedLogIns } from './guarded-log-ins.ts';
import type { Reports } from './reports.ts';
import type { Snapshots } from './snapshots.ts';

/** The store, the options and the state of one store for a framework. A function that needs only a part takes only this part. */
export interface FrameworkContext {
  readonly context: StoreContext;
  readonly settings: FrameworkSettings;
  readonly snapshots: Snapshots;
  readonly known: KnownIds;
  readonly pendingLogIns: PendingLogIns;
  readonly guardedLogIns: GuardedLogIns;
  /** Session objects that were stored for the first time: no browser has their ids yet. */
  readonly made: HiddenField<object, true>;
  /** Creates in flight, by hash: a log-out waits for them. */
  readonly creating: Map<string, Promise<unknown>>;
  /** The hashes of ids that were replaced recently: no response of this process sets their cookies again. */
  readonly superseded: Set<string>;
  readonly reports: Reports;
}
