import type { Finding } from 'session-guard';
import type { Shop } from '../service/types.d.ts';

export interface Request {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: { readonly id: string; readonly [field: string]: unknown };
  /** Waits before it is sent, in milliseconds. */
  readonly pauseMS?: number;
}

export interface Answer {
  readonly request: Request;
  readonly tookMS: number;
  /** 0: none within the client's time-out. */
  readonly status: number;
  readonly error?: { readonly name: string; readonly message: string; readonly code?: number | string };
}

export interface Audited {
  /** How many requests were harmed. */
  readonly count: number;
  readonly of: number;
}

export interface Evidence {
  readonly db: Shop;
  readonly answers: readonly Answer[];
  /** Cursors that the server still holds open. */
  readonly openCursors: number;
}

/** One mistake: its route, the requests that show it, and how the harm is counted. */
export interface Case {
  /** The file in `routes/`. */
  readonly route: string;
  readonly title: string;
  /** The counted harm, in words that follow a number: `acknowledged orders are not in the database`. */
  readonly harm: string;
  /** The same, for the table. */
  readonly short: string;
  /** The text if there is no harm. */
  readonly safe: string;
  /** The rule that has to find it, in the file of the route. */
  readonly rule: string;
  /** Where the finding alone does not prevent the harm: the options that do, for one more run. */
  readonly remedy?: { readonly options: object; readonly name: string };
  /** Lanes run side by side, the requests of one lane one after the other. */
  lanes(count: number): readonly (readonly Request[])[];
  seed?(db: Shop, count: number): Promise<unknown>;
  /** The answers that the service must give if the mistake does no harm. */
  expects(answer: Answer): boolean;
  audit(evidence: Evidence): Promise<Audited> | Audited;
}

export interface Outcome extends Audited {
  readonly answers: readonly Answer[];
  readonly seconds: number;
  /** Transactions that the server has started meanwhile. */
  readonly transactions: number;
  readonly unhandled: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}
