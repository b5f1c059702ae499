import { follow } from '../../../platform/follow.ts';
import { roomOfOperation, withoutOwnFrames, withRoom } from '../../stack/own-frames.ts';
import type { StackStart } from '../../stack/stack.ts';
import { handOver } from '../command/implicit-operations.ts';
import type { DriverCopy, DriverFiles } from '../copies/driver-copies.ts';
import type { DriverClient, DriverOperation } from '../copies/driver-types.ts';
import { sendFetch } from '../cursor/cut-by-close.ts';
import type { OperationTracks } from './track-operation.ts';

/** The copy of the driver that sends. */
export interface PatchedCopy {
  readonly copy: DriverCopy;
  readonly files: DriverFiles;
}

/** One call of `executeOperation`. */
export interface Sending extends PatchedCopy {
  readonly client: DriverClient;
  readonly operation: DriverOperation;
  readonly rest: unknown[];
  /** Somebody follows the operation. */
  readonly tracks: OperationTracks | undefined;
}

export type Callback = (error: unknown, ...rest: unknown[]) => void;

export function isCallback(value: unknown): value is Callback {
  return typeof value === 'function';
}

/** In this case the driver refuses an operation in the same tick. */
export function isShut(client: DriverClient): boolean {
  return client.topology === undefined && client.s.hasBeenClosed;
}

/** Calls the driver, in the context of those who follow the operation. */
export function send(sending: Sending): Promise<unknown> {
  return sending.tracks === undefined ? sendNow(sending) : sending.tracks.run(() => sendNow(sending));
}

/** Not called as a method, because the user's stacks would show that. */
function sendNow({ files: { executeOperation }, client, operation, rest }: Sending): Promise<unknown> {
  return executeOperation(client, operation, ...rest) as Promise<unknown>;
}

export function sendWithRoom(call: Sending): Promise<unknown> {
  return withRoom(() => send(call), roomOfOperation);
}

/** For an error that is made while our frames are on the stack. Up to 6.3 a callback may get it. */
function sendInVain(sending: Sending): unknown {
  const sent: unknown = sendWithRoom(withCleanErrors(sending));
  return sent instanceof Promise ? follow(sent, () => undefined, withoutOwnFrames) : sent;
}

function withCleanErrors(sending: Sending): Sending {
  const callback = sending.rest.at(-1);
  if (!isCallback(callback)) return sending;
  const heard: Callback = (error, ...results) => callback(withoutOwnFrames(error), ...results);
  return { ...sending, rest: [...sending.rest.slice(0, -1), heard] };
}

/** An operation that has no session of the user. */
export function passOn(sending: Sending, isBare: boolean, below: StackStart): unknown {
  const { copy, client, operation, rest } = sending;
  const pass = isShut(client) ? () => sendInVain(sending) : () => send(sending);
  if (operation.cursorId !== undefined && !isCallback(rest.at(-1)))
    return sendFetch(copy, client, operation, below, pass);
  return isBare ? handOver(operation, pass) : pass();
}
