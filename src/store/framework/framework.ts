import type { Parts } from '../sessions/parts.ts';
import type { Births } from './births.ts';
import type { FrameworkSettings } from './framework-options.ts';
import type { KnownIds } from './known-ids.ts';
import type { LogInFences } from './log-in-fences.ts';
import type { Reports } from './reports.ts';
import type { Snapshots } from './snapshots.ts';

/** What all that is done for a framework needs. */
export interface Framework {
  readonly parts: Parts;
  readonly settings: FrameworkSettings;
  readonly snapshots: Snapshots;
  readonly known: KnownIds;
  readonly births: Births;
  readonly fences: LogInFences;
  /** Session objects that were stored for the first time: nobody has their ids yet. */
  readonly made: WeakSet<object>;
  /** Creates that are on their way, by hash: a log-out waits for them. */
  readonly creating: Map<string, Promise<unknown>>;
  readonly reports: Reports;
}
