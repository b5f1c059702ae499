import { warningCodes } from '../errors/codes.ts';
import { notice } from './notices.ts';
import { processWide } from './process-wide.ts';

const said = processWide('reduced coverage', () => ({ before: false }));

/** Said once in a process: of a driver only a part can be seen, or nothing. */
export function noticeReducedCoverage(message: string): void {
  if (said.before) return;
  said.before = true;
  notice(warningCodes.reducedCoverage, message);
}
