import type { Put } from '../checkpoints/put.ts';
import { byCodePoint } from '../writes/in-order.ts';

/** The oldest checkpoint that this one comes from: itself, its parent, and those of the graphs around it. */
export function oldestOf({
  address,
  parent,
  metadata,
}: Pick<Put, 'address' | 'parent' | 'metadata'>): string {
  const parents = Object.values(metadata.parents ?? {}).filter(id => typeof id === 'string' && id !== '');
  const all = [address.id, ...(parent === undefined ? [] : [parent]), ...parents];
  return all.reduce((oldest, id) => (byCodePoint(id, oldest) < 0 ? id : oldest));
}
