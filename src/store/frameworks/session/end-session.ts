import type { EndReason } from '../../audit/audit-event.ts';
import type { SessionKey } from '../../backend/session-record.ts';
import { destroy } from '../../operations/destroy.ts';
import type { FrameworkContext } from '../shared/framework-context.ts';
import { isHandmade } from '../shared/held.ts';
import { removeOld } from '../migrate/old-store.ts';

/** Ends a session, also a session that is being created under this id. */
export async function endSession(
  framework: FrameworkContext,
  id: string,
  key: SessionKey,
  reason: EndReason = 'logged out',
): Promise<boolean> {
  const { context, known, pendingLogIns, creating } = framework;
  known.end(key.hash);
  pendingLogIns.takeMinted(id);
  await creating.get(key.hash)?.catch(() => undefined); // reported to the call that saves it
  // The old one first: as long as it exists, a request may copy it.
  await removeOld(framework, id);
  const wasAlive = await destroy(context, key, { reason });
  // The memory of ids is limited: log-outs of stored sessions must not displace other ids.
  if (wasAlive && !isHandmade(id)) known.forget(key.hash);
  return wasAlive;
}
