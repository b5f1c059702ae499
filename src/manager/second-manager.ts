import { warningCodes } from '../errors/codes.ts';
import { notice } from '../guard/notices.ts';
import { shared } from '../guard/shared-state.ts';

interface Known {
  readonly options: string;
  readonly isClosed: () => boolean;
}

const key = 'open managers';

/** Two open managers with the same connection string and client options hold two pools where one would do: said once. */
export function noteManager(
  uri: string,
  options: { readonly client?: object },
  isClosed: () => boolean,
): void {
  const open = openManagers();
  const known = open.get(uri);
  const mine: Known = { options: JSON.stringify(options.client ?? {}, plainly), isClosed };
  if (known !== undefined && !known.isClosed() && known.options === mine.options) warn();
  open.set(uri, mine);
}

function openManagers(): Map<string, Known> {
  const known = shared.managers.get(key);
  if (known instanceof Map) return known;
  const made = new Map<string, Known>();
  shared.managers.set(key, made);
  return made;
}

/** Options may hold what JSON cannot say (certificates, functions): such managers are never held to be alike. */
function plainly(_name: string, value: unknown): unknown {
  return typeof value === 'function' || typeof value === 'bigint' ? Math.random() : value;
}

function warn(): void {
  notice(
    warningCodes.secondManager,
    'A second ConnectionManager for the same deployment was made while the first is open: each has a pool of its own. ' +
      'Make one per process, or use ConnectionManager.shared(uri).',
  );
}
