import type { SerializerProtocol } from '@langchain/langgraph-checkpoint';
import { unstorable } from '../errors.ts';
import { isLeftOut, type Typed } from '../items/stored.ts';
import { findUnstorable } from './find-unstorable.ts';
import { warningCodes } from '../../../errors/codes.ts';
import { notice } from '../../../platform/notices.ts';

/** The text that LangGraph's serializer returns, without an error, for a value on which JSON fails: the whole value is lost. */
const lost = Buffer.from(
  JSON.stringify('[unable to serialize, circular reference is too complex to analyze]'),
);

/**
 * The stored form of a value.
 * @param where the name of the value in messages: `the channel 'price'`
 * @returns undefined for a value that JSON leaves out, such as a function
 * @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_UNSTORABLE
 */
export async function dump(
  serde: SerializerProtocol,
  value: unknown,
  where: string,
): Promise<Typed | undefined> {
  const [type, bytes] = await serde.dumpsTyped(value);
  if (isLeftOut({ type, bytes })) return undefined;
  if (typeof value !== 'string' && isLost(bytes)) throw refusal(value, where);
  return { type, bytes };
}

function isLost(bytes: Uint8Array): boolean {
  return bytes.length === lost.length && lost.equals(bytes);
}

function refusal(value: unknown, where: string): Error {
  const found = findUnstorable(value);
  if (found === undefined)
    return unstorable(`What ${where} holds cannot be made JSON of, so nothing of this call was stored.`);
  const { path, what, cause } = found;
  const at = path === '' ? `${where} holds ${what}` : `${where} holds ${what} at ${path}`;
  const remedy = what === 'a BigInt' ? ' Put its text into the state: String(value).' : '';
  return unstorable(
    `${at.charAt(0).toUpperCase()}${at.slice(1)}, which cannot be stored, so nothing of this call was stored.${remedy}`,
    cause,
  );
}

/** Warns once for each channel: after an interrupt the graph continues without the value. */
export function warnOfLeftOut(channel: string, value: unknown): void {
  notice(
    warningCodes.checkpointLeftOut,
    `The channel '${channel}' holds a ${typeof value}, which is not stored: a run that goes on from the checkpoint finds the channel empty. Hand it on in the config (configurable), or make it in the node.`,
  );
}
