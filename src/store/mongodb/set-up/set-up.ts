import { outsideScopes } from '../../../guard/scope/async-scope.ts';
import type { Call } from '../../backend/backend.ts';
import { setUpFailed } from '../../errors.ts';
import type { MongoCollection } from '../server/collection.ts';
import { commandOptions, linearizable } from '../server/commands.ts';
import { codeOf } from '../server/refusal.ts';
import { checkIndexes, type FoundIndex, lacking, setUpCommands } from './check-indexes.ts';

/** Creates missing indexes, and rejects harmful ones. */
export async function setUp(collection: MongoCollection, strictReads: boolean, call: Call): Promise<void> {
  const { writeConcern } = commandOptions;
  const options = { ...commandOptions, signal: call.signal };
  const found = await asFar(collection, 'listIndexes', () => foundIn(collection, options));
  checkIndexes(collection, found);
  const wanted = lacking(found);
  if (wanted.length > 0)
    await asFar(collection, 'createIndex', () =>
      outsideScopes(() => collection.createIndexes(wanted, { writeConcern, signal: call.signal })),
    );
  if (strictReads) await checkStrictReads(collection, call);
}

async function foundIn(collection: MongoCollection, options: object): Promise<readonly FoundIndex[]> {
  try {
    return await outsideScopes(() => collection.indexes(options));
  } catch (error) {
    if (codeOf(error) === namespaceNotFound) return [];
    throw error;
  }
}

const namespaceNotFound = 26;
const unauthorized = 13;

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP that says what is not allowed */
async function asFar<R>(collection: MongoCollection, action: string, run: () => Promise<R>): Promise<R> {
  try {
    return await run();
  } catch (error) {
    if (codeOf(error) !== unauthorized) throw error;
    throw setUpFailed(
      `The application has no right to ${action} in ${collection.dbName}.${collection.collectionName}. Grant it (the role readWrite has it), or let somebody who has it run these commands in mongosh, and set the store's option setUp to false:\n${setUpCommands(collection)}`,
      error,
    );
  }
}

async function checkStrictReads(collection: MongoCollection, call: Call): Promise<void> {
  try {
    const options = { ...linearizable, limit: 1, signal: call.signal };
    await outsideScopes(() => collection.find({ _id: '' }, options).toArray());
  } catch (error) {
    call.signal.throwIfAborted();
    throw setUpFailed(
      'The server refuses strict reads (read concern linearizable), which only a replica set has. Use one, or leave out the option strictReads of mongoBackend.',
      error,
    );
  }
}
