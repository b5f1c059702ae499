import type { DocumentChanges, ErrorSummary, Operation } from '../../../../src/guard/events/events.ts';

export type Argument = string | false | undefined;

/** One word with the arguments that it needs. */
export function word(name: string, args: readonly Argument[]): string {
  const given = args.filter(arg => typeof arg === 'string' && arg !== '');
  return given.length === 0 ? name : `${name}(${given.join(' ')})`;
}

export function nameOf(operation: number): string {
  return `o${operation}`;
}

export function operationArguments(operation: Operation): readonly Argument[] {
  const { command, kind, namespace, retryable, unacknowledged, readPreference, scopes, quiet } = operation;
  return [
    plain(command),
    namespace && plain(namespace),
    `kind=${kind}`,
    quiet && 'quiet',
    retryable && 'retryable',
    unacknowledged && 'unacknowledged',
    readPreference !== undefined && `reads=${readPreference}`,
    ...scopeArguments(scopes),
  ];
}

/** Names may have any characters; words may not. */
function plain(name: string): string {
  return name.replaceAll(/[\s()=]/g, '_');
}

export function scopeArguments(scopes: readonly number[] | undefined): readonly Argument[] {
  const [scope, within] = scopes ?? [];
  return [scope !== undefined && `scope=${scope}`, within !== undefined && `within=${within}`];
}

export function errorArguments({ name, code, labels, reachedServer }: ErrorSummary): readonly Argument[] {
  return [
    code !== undefined && plain(`${code}`),
    `name=${plain(name)}`,
    ...labels.map(label => `label=${label}`),
    !reachedServer && 'client',
  ];
}

export function changes(name: string, { inserted, deleted, paths }: DocumentChanges): Argument {
  const all = [...(inserted ? ['insert'] : []), ...(deleted ? ['delete'] : []), ...paths.map(plain)];
  return all.length > 0 && `${name}=${all.join(',')}`;
}

/** Of a runner of transactions; a joined `withTxn` is an operation of the transaction that it joins. */
export function isRunner({ kind, command }: Operation): boolean {
  return kind === 'runner' && command === 'withTransaction';
}
