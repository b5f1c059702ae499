import { invalidOption } from '../../errors/errors.ts';

export interface MongoBackendOptions {
  /**
   * Whether a read waits until a majority of the members confirms that the primary is still the primary (read concern
   * `linearizable`). Without it a primary that has just lost touch with the others may answer for some more seconds. Needs a
   * replica set.
   * @default false
   */
  readonly strictReads?: boolean | undefined;
}

export type MongoSettings = {
  readonly [name in keyof MongoBackendOptions]-?: Exclude<MongoBackendOptions[name], undefined>;
};

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and what it takes */
export function checkMongoOptions(options: MongoBackendOptions): MongoSettings {
  if (typeof options !== 'object' || options === null)
    throw invalidOption('The options of mongoBackend must be an object.');
  const unknown = Object.keys(options).find(name => name !== 'strictReads');
  if (unknown !== undefined)
    throw invalidOption(`mongoBackend has no option '${unknown}'. Its only option: strictReads.`);
  const { strictReads = false } = options;
  if (typeof strictReads !== 'boolean')
    throw invalidOption(
      `The option 'strictReads' of mongoBackend must be true or false, not ${String(strictReads)}.`,
    );
  return { strictReads };
}
