import { warningCodes } from '../errors/codes.ts';
import { notice } from '../guard/notices.ts';
import { processWide } from '../guard/process-wide.ts';
import { deploymentKey } from './deployment-key.ts';

interface Known {
  /** A digest: client options hold passwords, too. */
  readonly options: string;
  readonly isClosed: () => boolean;
}

const open = processWide('open managers', () => new Map<string, Known>());

/** Two open managers with the same connection string and client options hold two pools where one would do: said once. */
export function noteManager(
  uri: string,
  options: { readonly client?: object | undefined },
  isClosed: () => boolean,
): void {
  const key = deploymentKey(uri);
  const known = open.get(key);
  const mine: Known = { options: deploymentKey(JSON.stringify(options.client ?? {}, plainly)), isClosed };
  if (known !== undefined && !known.isClosed() && known.options === mine.options) warn();
  open.set(key, mine);
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
