import type {
  $Command,
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-dynamodb';
import { isRefusal } from './refusal.ts';
import type { MeasuredClock } from './time/measured-clock.ts';

type Sendable<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

interface Answer {
  readonly response: unknown;
}

/** What is needed of a client. */
export type DynamoClient = Pick<DynamoDBClient, 'send'>;

/** A client of DynamoDB, whose answers tell the time. The client itself is left as it is: it is the application's. */
export class Connection {
  readonly #client: Pick<DynamoDBClient, 'send'>;
  readonly #clock: MeasuredClock | undefined;

  /** @param clock told of each answer */
  constructor(client: Pick<DynamoDBClient, 'send'>, clock?: MeasuredClock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Each try of the client ends with the signal, and so does the wait between two of them. */
  send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: Sendable<I, O>,
    signal: AbortSignal,
  ): Promise<O> {
    if (this.#clock?.wantsMore() === true) this.#listen(command, this.#clock);
    return this.#client.send(command, { abortSignal: signal });
  }

  /**
   * As `send`, and an error says whether each of the client's tries was refused: of one that got no answer it is not known what it
   * has done.
   * @param refused called with the error where nothing was done
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
      // Below the one that tries again.
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
    clock: MeasuredClock,
  ): void {
    command.middlewareStack.add(
      next => async request => {
        const sentAt = clock.moment();
        const answer = await next(request);
        const date = dateOf(answer);
        if (date !== undefined) clock.heard(date, sentAt);
        return answer;
      },
      // Below the one that reads the answer's body: errors have a date as well.
      { step: 'deserialize', priority: 'low' },
    );
  }
}

function dateOf({ response }: Answer): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { date } = response.headers as Readonly<Record<string, string | undefined>>;
  return date;
}
