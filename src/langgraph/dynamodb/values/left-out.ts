import { warningCodes } from '../../../errors/codes.ts';
import { notice } from '../../../guard/notices.ts';

/** Told once for each channel: after an interrupt the graph goes on without the value. */
export function tellLeftOut(channel: string, value: unknown): void {
  notice(
    warningCodes.checkpointLeftOut,
    `The channel '${channel}' holds a ${typeof value}, which is not stored: a run that goes on from the checkpoint finds the channel empty. Hand it on in the config (configurable), or make it in the node.`,
  );
}
