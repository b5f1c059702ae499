import {
  type $Command,
  type DynamoDBClient,
  type DynamoDBClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { isRefusal } from './errors.ts';
import type { ServerClock } from '../platform/time/server-clock.ts';
import type { Item } from './items.ts';

type Sendable<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

interface ClientAnswer {
  readonly response: unknown;
}

/** The used part of a client. */
export type DynamoClient = Pick<DynamoDBClient, 'send'>;

/**
 * A DynamoDB client from whose answers the time is measured. The client itself is not changed: it belongs to the application.
 */
export class Connection {
  readonly #client: Pick<DynamoDBClient, 'send'>;
  readonly #clock: ServerClock | undefined;

  /** @param clock gets the time of each answer */
  constructor(client: Pick<DynamoDBClient, 'send'>, clock?: ServerClock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Each attempt of the client ends with the signal, and so does the wait between two attempts. */
  send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: Sendable<I, O>,
    signal: AbortSignal,
  ): Promise<O> {
    if (this.#clock?.wantsMore() === true) this.#listen(command, this.#clock);
    return this.#client.send(command, { abortSignal: signal });
  }

  /**
   * Like `send`, but an error shows whether each of the client's attempts was refused: if an attempt got no answer, it is
   * unknown what it has done.
   * @param refused called with the error if nothing was done
   */
  async sendWrite<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: Sendable<I, O>,
    signal: AbortSignal,
    refused: (error: unknown) => void,
  ): Promise<O> {
    let isOpen = false;
    command.middlewareStack.add(
      next => async request => {
        try {
          return await next(request);
        } catch (error) {
          isOpen ||= !isRefusal(error);
          throw error;
        }
      },
      // Below the middleware that retries.
      { step: 'finalizeRequest', priority: 'low' },
    );
    try {
      return await this.send(command, signal);
    } catch (error) {
      if (!isOpen && isRefusal(error)) refused(error);
      throw error;
    }
  }

  #listen<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: Sendable<I, O>,
    clock: ServerClock,
  ): void {
    command.middlewareStack.add(
      next => async request => {
        const sentAt = clock.moment();
        const answer = await next(request);
        const date = dateOf(answer);
        if (date !== undefined) clock.note(date, sentAt);
        return answer;
      },
      // Below the middleware that reads the answer's body, because errors also have a date.
      { step: 'deserialize', priority: 'low' },
    );
  }
}

/** The `Date` header, in milliseconds since 1970: whole seconds. */
function dateOf({ response }: ClientAnswer): number | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { date = '' } = response.headers as Readonly<Record<string, string | undefined>>;
  const time = Date.parse(date);
  return Number.isNaN(time) ? undefined : time;
}

/** All pages of a consistent query. */
export async function queryAll(
  connection: Connection,
  query: QueryCommandInput,
  signal: AbortSignal,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let after: Record<string, Item[string]> | undefined;
  do {
    const input = { ...query, ConsistentRead: true, ...(after && { ExclusiveStartKey: after }) };
    const page = await connection.send(new QueryCommand(input), signal);
    items.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after !== undefined);
  return items;
}
