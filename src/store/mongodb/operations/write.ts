import type { Call } from '../../backend/backend.ts';
import type { Change, Written } from '../../backend/change.ts';
import { refusalOf } from '../../backend/life.ts';
import { isOfKnown } from '../../backend/known-write.ts';
import type { SessionHeader, SessionKey } from '../../backend/session-record.ts';
import { fieldsOf, headerOf } from '../documents/session-document.ts';
import { writeFilter, writePipeline, writeProjection } from '../pipelines/write.ts';
import type { Commands } from '../server/commands.ts';
import { checkSize } from '../server/size-limit.ts';
import { read } from './read.ts';
import { writeKnown } from './write-known.ts';

/**
 * One request, and a second one if nothing was written, to find the reason. If the session is no longer as its writer has read
 * it, there is one more before them.
 */
export async function write(
  commands: Commands,
  key: SessionKey | SessionHeader,
  change: Change,
  call: Call,
): Promise<Written> {
  checkSize(change.set);
  if (isOfKnown(key, change)) {
    const header = await writeKnown(commands, key, change, call);
    if (header !== undefined) return { outcome: 'written', header, fields: undefined };
  }
  const filter = writeFilter(key, change);
  const wanted = { projection: writeProjection(change) };
  for (;;) {
    const after = await commands.update(filter, writePipeline(change), wanted, call);
    if (after !== undefined) return writtenOf(after);
    const refusal = await whyNot(commands, key, change, call);
    if (refusal !== undefined) return refusal;
    // The reason for the refusal does not exist any more.
  }
}

function writtenOf(after: { readonly d?: unknown }): Written {
  const fields = after.d === undefined ? undefined : fieldsOf(after);
  return { outcome: 'written', header: headerOf(after), fields };
}

async function whyNot(
  commands: Commands,
  key: SessionKey,
  change: Change,
  call: Call,
): Promise<Written | undefined> {
  const [found] = await read(commands, [key], { byUserKey: true, strict: false }, call);
  if (found === undefined) return { outcome: 'ended', header: undefined };
  if (found instanceof Error) throw found;
  return refusalOf(found.record, change, found.now);
}
