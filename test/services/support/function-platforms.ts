import { once } from 'node:events';
import http, { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { listening } from './ask.ts';
import { type Program, startProgram } from './program.ts';

export interface Answer {
  readonly statusCode: number;
  readonly body: unknown;
}

/** A function whose process is frozen (SIGSTOP) whenever it has no call, as its platform does it. */
export interface HostedFunction extends Pick<Program, 'orders' | 'stock' | 'complaints'> {
  /** Thaws the process, calls the function with a body of JSON, and freezes it when it has answered. */
  readonly post: (body: object) => Promise<Answer>;
}

/** A platform of this machine: how it starts a module that reaches its server by a proxy. */
export interface Platform {
  readonly name: string;
  readonly example: string;
  readonly start: (module: string, proxyPort: number) => Promise<HostedFunction>;
}

const programAt = (name: string) => fileURLToPath(new URL(`../programs/${name}`, import.meta.url));

export const platforms: readonly Platform[] = [
  { name: 'AWS Lambda', example: 'lambda.mjs', start: startLambda },
  { name: 'Google Cloud Functions', example: 'google-function.mjs', start: startGoogle },
];

/** Behind an API Gateway. The process asks the API of Lambda's runtime for each call. */
async function startLambda(module: string, proxyPort: number): Promise<HostedFunction> {
  const server = createServer();
  const api = new URL(await listening(server)).host;
  const polled = nextOf(server);
  const program = await startProgram([programAt('lambda-runtime.mjs'), module], {
    proxyPort,
    env: { AWS_LAMBDA_RUNTIME_API: api, AWS_LAMBDA_FUNCTION_NAME: 'orders' },
  });
  let poll = await polled;
  program.child.kill('SIGSTOP');
  let calls = 0;
  const post = async (body: object): Promise<Answer> => {
    program.child.kill('SIGCONT');
    const answered = nextOf(server);
    calls += 1;
    poll.response.setHeader('lambda-runtime-aws-request-id', `request-${calls}`);
    poll.response.setHeader('lambda-runtime-deadline-ms', Date.now() + 600_000);
    const event = { httpMethod: 'POST', resource: '/orders', body: JSON.stringify(body) };
    poll.response.end(JSON.stringify(event));
    const { request, response } = await answered;
    const answer = JSON.parse(await text(request));
    const asksAgain = nextOf(server);
    response.writeHead(202).end();
    poll = await asksAgain;
    program.child.kill('SIGSTOP');
    return { statusCode: answer.statusCode, body: JSON.parse(answer.body ?? JSON.stringify(answer)) };
  };
  return { ...program, post };
}

async function nextOf(server: http.Server) {
  const [request, response]: [IncomingMessage, ServerResponse] = (await once(server, 'request')) as never;
  return { request, response };
}

/** A process that serves HTTP, and has no CPU between requests. */
async function startGoogle(module: string, proxyPort: number): Promise<HostedFunction> {
  const program = await startProgram([programAt('google-runtime.mjs'), module, 'orders'], { proxyPort });
  const port = Number(await program.heard('listens'));
  program.child.kill('SIGSTOP');
  const post = async (body: object): Promise<Answer> => {
    program.child.kill('SIGCONT');
    const headers = { 'content-type': 'application/json' };
    // Each on a connection of its own: a frozen process cannot say that it ends an idle one.
    const request = http.request({ host: '127.0.0.1', port, method: 'POST', headers, agent: false });
    request.end(JSON.stringify(body));
    const [response]: IncomingMessage[] = await once(request, 'response');
    if (response === undefined) throw new Error('no response');
    const answer = JSON.parse(await text(response));
    program.child.kill('SIGSTOP');
    return { statusCode: response.statusCode ?? 0, body: answer };
  };
  return { ...program, post };
}
