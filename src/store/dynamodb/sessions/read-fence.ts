import type { Call } from '../../backend/backend.ts';
import type { FenceReading } from '../../backend/fence.ts';
import { standingFence } from '../items/fence-item.ts';
import { fenceKeyItem } from '../items/keys.ts';
import type { SessionTable } from '../table/session-table.ts';

export async function readFence(table: SessionTable, tag: string, call: Call): Promise<FenceReading> {
  const item = await table.get(fenceKeyItem(tag), call);
  const { earliest, latest } = await table.time(call);
  const fence = standingFence(item, { earliest, latest });
  // It was raised at the latest that the time could be, by another clock.
  return { fence, earliest, latest: Math.max(latest, fence?.at ?? latest) };
}
