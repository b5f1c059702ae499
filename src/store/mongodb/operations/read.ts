import type { Call, Reading } from '../../backend/backend.ts';
import type { SessionKey } from '../../backend/session-key.ts';
import { foreignDocument } from '../documents/foreign-document.ts';
import { recordOf, timeIn } from '../documents/session-document.ts';
import type { Commands } from '../server/commands.ts';

type Answer = Reading | Error | undefined;

export interface ReadOptions {
  /** Whether the tag stands in the filter. The server finds a document faster by its `_id` alone. */
  readonly byTag: boolean;
  readonly strict: boolean;
}

/** The whole document in a field of its own, so that what is in it has nothing to do with the time beside it. */
const projection = { _id: 0, r: '$$ROOT', now: '$$NOW' } as const;

export async function read(
  commands: Commands,
  keys: readonly SessionKey[],
  { byTag, strict }: ReadOptions,
  call: Call,
): Promise<readonly Answer[]> {
  const [first] = keys;
  if (first === undefined) return [];
  if (keys.length === 1) {
    const filter = byTag ? { _id: first.hash, t: first.tag } : { _id: first.hash };
    const document = await commands.findOne(filter, { projection, strict }, call);
    return [document && answerTo(first, document)];
  }
  const documents = await commands.find(
    filterOf(keys, byTag),
    { projection, strict, most: keys.length },
    call,
  );
  const found = new Map(documents.map(document => [idOf(document), document]));
  return keys.map(key => {
    const document = found.get(key.hash);
    return document && answerTo(key, document);
  });
}

function filterOf(keys: readonly SessionKey[], byTag: boolean): object {
  const filter = { _id: { $in: keys.map(({ hash }) => hash) } };
  return byTag ? { ...filter, t: { $in: [...new Set(keys.map(({ tag }) => tag))] } } : filter;
}

interface Found {
  readonly r?: unknown;
  readonly now?: unknown;
}

function idOf({ r: session }: Found): unknown {
  if (typeof session !== 'object' || session === null) return undefined;
  const { _id }: { readonly _id?: unknown } = session;
  return _id;
}

/** What cannot be read is an error of this session alone. */
function answerTo(key: SessionKey, document: Found): Answer {
  try {
    const reading = readingOf(document);
    return reading.record.tag === key.tag ? reading : undefined;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function readingOf(document: Found): Reading {
  const { r: session } = document;
  const now = timeIn(document);
  if (now === undefined || typeof session !== 'object' || session === null) throw foreignDocument();
  return { record: recordOf(session), now };
}
