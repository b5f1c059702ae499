import type { Call, Reading } from '../../backend/backend.ts';
import type { SessionKey } from '../../backend/session-record.ts';
import { foreignDocument, recordOf, timeIn } from '../documents/session-document.ts';
import type { Commands } from '../server/commands.ts';

type ReadResult = Reading | Error | undefined;

export interface ReadOptions {
  /** Whether the filter has the user key. The server finds a document faster by its `_id` alone. */
  readonly byUserKey: boolean;
  readonly strict: boolean;
}

/** The whole document in a separate field, so that its fields cannot collide with the time. */
const projection = { _id: 0, r: '$$ROOT', now: '$$NOW' } as const;

export async function read(
  commands: Commands,
  keys: readonly SessionKey[],
  { byUserKey, strict }: ReadOptions,
  call: Call,
): Promise<readonly ReadResult[]> {
  const [first] = keys;
  if (first === undefined) return [];
  if (keys.length === 1) {
    const filter = byUserKey ? { _id: first.hash, t: first.userKey } : { _id: first.hash };
    const document = await commands.findOne(filter, { projection, strict }, call);
    return [document && answerTo(first, document)];
  }
  const documents = await commands.find(
    filterOf(keys, byUserKey),
    { projection, strict, most: keys.length },
    call,
  );
  const found = new Map(documents.map(document => [idOf(document), document]));
  return keys.map(key => {
    const document = found.get(key.hash);
    return document && answerTo(key, document);
  });
}

function filterOf(keys: readonly SessionKey[], byUserKey: boolean): object {
  const filter = { _id: { $in: keys.map(({ hash }) => hash) } };
  return byUserKey ? { ...filter, t: { $in: [...new Set(keys.map(({ userKey }) => userKey))] } } : filter;
}

interface DocumentAndTime {
  readonly r?: unknown;
  readonly now?: unknown;
}

function idOf({ r: session }: DocumentAndTime): unknown {
  if (typeof session !== 'object' || session === null) return undefined;
  const { _id }: { readonly _id?: unknown } = session;
  return _id;
}

/** If one session cannot be read, only its own caller gets the error. */
function answerTo(key: SessionKey, document: DocumentAndTime): ReadResult {
  try {
    const reading = readingOf(document);
    return reading.record.userKey === key.userKey ? reading : undefined;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function readingOf(document: DocumentAndTime): Reading {
  const { r: session } = document;
  const now = timeIn(document);
  if (now === undefined || typeof session !== 'object' || session === null) throw foreignDocument();
  return { record: recordOf(session), now };
}
