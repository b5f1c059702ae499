import type { OptionChecks } from '../platform/options/check-options.ts';
import { aFunction, oneOf } from '../platform/options/checks.ts';

/** What a framework's plugin knows of the requests. */
export interface RequestOptions<Req> {
  /**
   * The id of a request, for `finding.context`: a text or a number.
   * @default the request's own `id`; without one, a number of this process
   */
  readonly id?: ((request: Req) => unknown) | undefined;
  /** The logger of a request, which gets its findings: pino, winston, bunyan, or any object with the methods `warn` and `error`. */
  readonly log?: ((request: Req) => unknown) | undefined;
  /**
   * The pattern of a request's route, without values.
   * @default the route of the framework
   */
  readonly route?: ((request: Req) => string | undefined) | undefined;
  /**
   * What becomes of sessions that the code of a request has started and not ended when its answer is sent, or its client has
   * hung up. `report`: they are found as a leak. `end`: they are also ended, and their transactions aborted, once their
   * operations have settled; those marked with `keep` stay.
   * @default 'report'
   */
  readonly leftOpen?: 'report' | 'end' | undefined;
}

/** The checks of these options, for a plugin that has others beside them. */
export const requestChecks: OptionChecks<RequestOptions<never>> = {
  id: aFunction,
  log: aFunction,
  route: aFunction,
  leftOpen: oneOf('report', 'end'),
};
