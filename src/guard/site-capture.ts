import { stackText } from '../report/stack-text.ts';
import { isLeftBehind } from '../scope/async-scope.ts';
import { currentCall } from '../scope/lookup.ts';
import type { Site } from '../session/events.ts';

/** The user's line is 1–10 frames deep below the driver's own; Node's default of 10 would miss it. */
const depth = 24;

/**
 * Captures where we are. Cheap (2–4 µs): the text is made by V8 when somebody first reads `stack`.
 * @param via the call of a library that leads here; by default the one that the current code serves; null
 *   for none
 */
export function captureSite(
  below: (...args: never[]) => unknown,
  frames = depth,
  via: Site | null | undefined = currentCall()?.site,
): Site {
  const before = Error.stackTraceLimit;
  const site: { stack?: string; via?: Site } = {};
  if (via != null) site.via = via;
  try {
    Error.stackTraceLimit = frames;
    Error.captureStackTrace(site, below);
    Error.stackTraceLimit = before;
    // A stack that nobody has read keeps what its functions hold, and so the one before it, without end.
    if (isLeftBehind()) stackText(site);
  } catch {
    // Frozen intrinsics: the operation goes on without a place.
  }
  return site;
}

/**
 * Decides for which operations a place is captured: all in development; in production (`NODE_ENV=production`) none until a
 * finding without a place was made, then all, so that its next occurrence has one.
 */
export class SiteCapture {
  #on = process.env['NODE_ENV'] !== 'production';

  /** Where we are, if places are captured now. */
  capture(below: (...args: never[]) => unknown): Site | undefined {
    return this.#on ? captureSite(below) : undefined;
  }

  /** Places are captured now. */
  get on(): boolean {
    return this.#on;
  }

  want(): void {
    this.#on = true;
  }
}
