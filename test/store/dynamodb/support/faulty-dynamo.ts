import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { httpServer } from '../../../support/http-server.ts';

/** What happens to one request: it passes unless it is said otherwise. */
export type Fault =
  /** The service's error document of this name. */
  | { readonly error: string; readonly message?: string }
  /** This answer instead. */
  | { readonly answer: object }
  /** The server does it, and nobody hears of it. */
  | 'lose the answer'
  | undefined;

/** Asked for each request: the operation, such as `'GetItem'`, and its input. */
export type Faults = (operation: string, input: Record<string, unknown>) => Fault | Promise<Fault>;

export interface FaultyDynamo {
  readonly endpoint: string;
  setFaults(faults: Faults): void;
  /** The operations that came, in their order, since the last call. */
  seen(): readonly string[];
  close(): Promise<void>;
}

const none: Faults = () => undefined;

/** A server that can do what DynamoDB does and DynamoDB Local cannot: it throttles, leaves keys out, and loses answers. */
export async function startFaultyDynamo(endpoint: string): Promise<FaultyDynamo> {
  let faults: Faults = none;
  let operations: string[] = [];
  const { url, close } = await httpServer((asked, answer) => {
    void serve(asked, answer, endpoint, (operation, input) => {
      operations.push(operation);
      return faults(operation, input);
    });
  });
  return {
    endpoint: url,
    setFaults(next) {
      faults = next;
    },
    seen() {
      const seen = operations;
      operations = [];
      return seen;
    },
    close,
  };
}

async function serve(asked: IncomingMessage, answer: ServerResponse, endpoint: string, faults: Faults) {
  const body = Buffer.concat(await asked.toArray());
  const operation = String(asked.headers['x-amz-target']).split('.')[1] ?? '';
  const fault = await faults(operation, JSON.parse(body.toString()) as Record<string, unknown>);
  if (fault === undefined || fault === 'lose the answer') {
    const passed = request(endpoint, { method: 'POST', headers: asked.headers }, response => {
      if (fault === 'lose the answer') asked.socket.destroy();
      else response.pipe(answer.writeHead(response.statusCode ?? 500, response.headers));
    });
    passed.on('error', () => asked.socket.destroy()).end(body);
  } else if ('error' in fault)
    respond(answer, fault.error === 'InternalServerError' ? 500 : 400, documentOf(fault));
  else respond(answer, 200, fault.answer);
}

function documentOf({ error, message = 'An error of the test.' }: { error: string; message?: string }) {
  return { __type: `com.amazonaws.dynamodb.v20120810#${error}`, message };
}

function respond(answer: ServerResponse, status: number, document: object): void {
  answer.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(document));
}
