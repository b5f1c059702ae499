import { invalidOption } from '../../../errors/errors.ts';
import type { DynamoClient, DynamoDBSaverOptions } from './saver-options.ts';

/** The options, with all defaults. */
export interface Settings {
  readonly client: DynamoClient;
  readonly table: string;
  readonly keyPrefix: string;
  readonly ttlSeconds: number | undefined;
  readonly strict: boolean;
  readonly fenceSeconds: number;
  readonly timeoutMS: number;
}

/** @returns what it must be, or undefined if it is */
type Check = (value: unknown) => string | undefined;

const secondsFrom =
  (least: number): Check =>
  value =>
    Number.isSafeInteger(value) && Number(value) >= least
      ? undefined
      : `a whole number of seconds, ${least} or more`;

/** A timer with more than that is over at once. */
const mostTimerMS = 2_147_483_647;

const tableName = /^(?:[\w.-]{3,255}|arn:.+)$/;

const checks: Readonly<Record<keyof DynamoDBSaverOptions, Check>> = {
  client: value =>
    hasMethods(value, ['send']) ? undefined : 'a DynamoDBClient, or a DynamoDBDocumentClient',
  table: value =>
    typeof value === 'string' && tableName.test(value)
      ? undefined
      : 'the name of a table (3 to 255 of a–z, A–Z, 0–9, _, - and .) or its ARN',
  keyPrefix: value =>
    typeof value === 'string' && !/\p{Surrogate}/u.test(value) ? undefined : 'a well-formed text',
  ttlSeconds: secondsFrom(60),
  strict: value => (typeof value === 'boolean' ? undefined : 'true or false'),
  fenceSeconds: secondsFrom(3600),
  timeoutMS: value =>
    typeof value === 'number' && value >= 100 && value <= mostTimerMS
      ? undefined
      : `a number of milliseconds, 100 to ${mostTimerMS}`,
  serde: value =>
    hasMethods(value, ['dumpsTyped', 'loadsTyped'])
      ? undefined
      : 'a serializer with dumpsTyped and loadsTyped',
};

const required = new Set(['client', 'table']);

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and what it takes */
export function checkOptions(options: unknown): Settings {
  if (typeof options !== 'object' || options === null)
    throw invalidOption("DynamoDBSaver needs options: new DynamoDBSaver({ client, table: 'checkpoints' }).");
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(checks, name))
      throw invalidOption(
        `DynamoDBSaver has no option '${name}'. Its options: ${Object.keys(checks).join(', ')}.`,
      );
  }
  for (const [name, check] of Object.entries(checks))
    checkOne(name, check, options as Record<string, unknown>);
  const given = options as DynamoDBSaverOptions;
  return {
    client: given.client,
    table: given.table,
    keyPrefix: given.keyPrefix ?? '',
    ttlSeconds: given.ttlSeconds,
    strict: given.strict ?? false,
    fenceSeconds: given.fenceSeconds ?? 2_592_000,
    timeoutMS: given.timeoutMS ?? 10_000,
  };
}

function checkOne(name: string, check: Check, options: Readonly<Record<string, unknown>>): void {
  const value = options[name];
  if (value === undefined && !required.has(name)) return;
  const wanted = check(value);
  if (wanted === undefined) return;
  const shown = typeof value === 'object' && value !== null ? 'an object without it' : String(value);
  throw invalidOption(`The option '${name}' of DynamoDBSaver must be ${wanted}, not ${shown}.`);
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every(name => typeof Reflect.get(value, name) === 'function');
}
