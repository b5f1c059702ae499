import type { LiveSession } from '../../guard/live-session.ts';
import type { DriverSession } from '../driver/driver-types.ts';

/** A session that has sent nothing knows of no time, unless it was told by `advanceOperationTime`. */
export function noteAdvanced({ guard, record }: LiveSession, { operationTime }: DriverSession): void {
  if (operationTime != null) guard.publish({ type: 'session.advanced', session: record.id }, record);
}
