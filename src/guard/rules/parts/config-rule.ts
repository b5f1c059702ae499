import type {
  ClientConfig,
  ClientConnecting,
  ClientUse,
  ClientUsed,
  PoolWaited,
  Site,
} from '../../events/events.ts';
import { defineRule, docsOf, type Message, type Rule, type RuleOptions } from '../engine/rule.ts';

/** The fields of an event that the check of a configuration needs. */
export interface Configured<O extends RuleOptions = RuleOptions> {
  readonly config: ClientConfig;
  readonly options: O;
  readonly sessionTimeoutMinutes?: number | undefined;
}

export interface Fault<M extends string> {
  readonly messageId: M;
  readonly data?: Readonly<Record<string, string | number>>;
}

type ConfigCheck<M extends string, O extends RuleOptions> = (
  configured: Configured<O>,
) => Fault<M> | undefined;

export interface ConfigRule<M extends string, O extends RuleOptions> {
  readonly meta: {
    readonly id: string;
    readonly defaults: O;
    readonly messages: Readonly<Record<M, Message>>;
  };
  /** The check when a client is used in a way for which its options matter; once for each kind of use. */
  readonly used?: { readonly [U in ClientUse]?: ConfigCheck<M, O> };
  /** The check when a client begins to connect. */
  readonly connecting?: ConfigCheck<M, O>;
  /** The check when an operation has to wait for a connection. */
  readonly waited?: ConfigCheck<M, O>;
}

/** A rule about an option of a client. It names the line that created the client, and reports each client once. */
export function defineConfigRule<M extends string, O extends RuleOptions>({
  meta,
  used = {},
  connecting,
  waited,
}: ConfigRule<M, O>): Rule<M, O> {
  return defineRule<M, O>({
    meta: { ...meta, category: 'config', docs: docsOf(meta.id), recommended: 'warn' },
    create({ options, report }) {
      let reported = false;
      function check(
        by: ConfigCheck<M, O> | undefined,
        event: Event,
        site: Site | undefined,
        nearby?: Site,
      ): void {
        const fault = reported ? undefined : by?.({ ...event, options });
        if (fault === undefined) return;
        reported = true;
        report({ ...fault, site, nearby });
      }
      return {
        'client.connecting': event => check(connecting, event, event.site),
        'client.used': event => check(used[event.use], event, event.madeAt, event.site),
        'pool.waited': event => check(waited, event, event.madeAt, event.site),
      };
    },
  });
}

type Event = ClientConnecting | ClientUsed | PoolWaited;
