// @ts-check
import { Long, ObjectId, serialize, Timestamp } from 'bson';

const GREETINGS = new Set(['hello', 'ismaster', 'isMaster']);

const time = new Timestamp({ t: 1_700_000_000, i: 1 });

/** The fields of every answer of a replica set that the driver reads. */
const common = {
  ok: 1,
  operationTime: time,
  $clusterTime: { clusterTime: time, signature: { hash: Buffer.alloc(20), keyId: new Long(0) } },
};

const document = { _id: new ObjectId(), name: 'canned', quantity: 1, tags: ['a', 'b'] };

/** Every other insert into this collection is refused, as if another transaction had written the document. */
const CONFLICTS = 'conflicts';

/**
 * Prepared answers, in BSON: the work of the server must not be measured.
 *
 * @param {string} address
 * @returns {(request: import('./wire.mjs').Request) => Uint8Array}
 */
export function cannedReplies(address) {
  const hello = serialize(primary(address));
  const found = serialize({
    cursor: { id: new Long(0), ns: 'bench.items', firstBatch: [document] },
    ...common,
  });
  const done = serialize({ n: 1, ...common });
  const refused = serialize({
    ...common,
    ok: 0,
    code: 112,
    codeName: 'WriteConflict',
    errmsg: 'a conflict of the stub',
    errorLabels: ['TransientTransactionError'],
  });
  let inserts = 0;
  return ({ command, collection }) => {
    if (GREETINGS.has(command)) return hello;
    if (command === 'find') return found;
    if (command !== 'insert' || collection !== CONFLICTS) return done;
    inserts += 1;
    return inserts % 2 === 1 ? refused : done;
  };
}

/**
 * The only member of a replica set, so that sessions and transactions are accepted.
 *
 * @param {string} address
 */
function primary(address) {
  return {
    helloOk: true,
    isWritablePrimary: true,
    setName: 'rs0',
    setVersion: 1,
    hosts: [address],
    primary: address,
    me: address,
    electionId: new ObjectId(),
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion: 21,
    readOnly: false,
    ...common,
  };
}
