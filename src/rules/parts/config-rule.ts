import type {
  ClientConfig,
  ClientConnecting,
  ClientUse,
  ClientUsed,
  PoolWaited,
  Site,
} from '../../session/events.ts';
import { defineRule, docsOf, type Message, type Rule, type RuleOptions } from '../rule.ts';

/** What of an event the check of a configuration needs. */
export interface Configured {
  readonly config: ClientConfig;
  readonly options: RuleOptions;
  readonly sessionTimeoutMinutes?: number | undefined;
}

export interface Fault<M extends string> {
  readonly messageId: M;
  readonly data?: Readonly<Record<string, string | number>>;
}

type Check<M extends string> = (configured: Configured) => Fault<M> | undefined;

export interface ConfigRule<M extends string> {
  readonly meta: {
    readonly id: string;
    readonly defaults: RuleOptions;
    readonly messages: Readonly<Record<M, Message>>;
  };
  /** What to check when a client is used in a way that its options matter for; once for each use. */
  readonly used?: { readonly [U in ClientUse]?: Check<M> };
  /** What to check when a client begins to connect. */
  readonly connecting?: Check<M>;
  /** What to check when an operation has to wait for a connection. */
  readonly waited?: Check<M>;
}

/** A rule about an option of a client. It names the line that made the client, and speaks of each client once. */
export function defineConfigRule<M extends string>({
  meta,
  used = {},
  connecting,
  waited,
}: ConfigRule<M>): Rule<M> {
  return defineRule<M>({
    meta: { ...meta, category: 'config', docs: docsOf(meta.id), recommended: 'warn' },
    create({ options, report }) {
      let told = false;
      function check(by: Check<M> | undefined, event: Event, site: Site | undefined, nearby?: Site): void {
        const fault = told ? undefined : by?.({ ...event, options });
        if (fault === undefined) return;
        told = true;
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
