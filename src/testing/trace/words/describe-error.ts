import type { ErrorSummary } from '../../../guard/events/events.ts';
import type { Arguments } from '../arguments.ts';

interface KnownCode {
  readonly codeName: string;
  readonly labels: readonly string[];
}

const transient = ['TransientTransactionError'];

/** The properties of a server's errors with these codes inside a transaction. */
const knownCodes: Readonly<Record<number, KnownCode>> = {
  112: { codeName: 'WriteConflict', labels: transient },
  251: { codeName: 'NoSuchTransaction', labels: transient },
  263: { codeName: 'OperationNotSupportedInTransaction', labels: [] },
  11000: { codeName: 'DuplicateKey', labels: [] },
};

/** `11000`, `251`, `name=MongoNetworkError label=RetryableWriteError`, or `client` for an error that reached no server. */
export function describeError(args: Arguments): ErrorSummary {
  const client = args.flag('client');
  const name = args.value('name') ?? (client ? 'MongoAPIError' : 'MongoServerError');
  const labels = labelsOf(args);
  const code = args.next();
  const error = { name, labels, reachedServer: !client };
  if (code === undefined) return error;
  if (!/^\d+$/.test(code)) return { ...error, code };
  const known = knownCodes[Number(code)];
  if (known === undefined) return { ...error, code: Number(code) };
  return { ...error, code: Number(code), codeName: known.codeName, labels: [...known.labels, ...labels] };
}

function labelsOf(args: Arguments): string[] {
  const labels: string[] = [];
  for (let label = args.value('label'); label !== undefined; label = args.value('label')) labels.push(label);
  return labels;
}
