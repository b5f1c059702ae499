/** The part of Express that the service uses: Express 5 comes without types. */
declare module 'express' {
  import type { EventEmitter } from 'node:events';
  import type { Server } from 'node:http';

  export interface Request {
    readonly body: {
      readonly id: string;
      readonly sku: string;
      readonly card: string;
      readonly items: string[];
    };
  }
  export interface Response extends EventEmitter {
    status(code: number): this;
    json(body: unknown): void;
  }
  export type Handler = (req: Request, res: Response) => unknown;
  export type RequestHandler = (req: Request, res: Response, next: () => void) => void;
  export type ErrorRequestHandler = (
    error: Error & { code?: unknown },
    req: Request,
    res: Response,
    next: unknown,
  ) => void;
  export interface Router {
    get(path: string, handler: Handler): this;
    post(path: string, handler: Handler): this;
  }
  export function Router(): Router;
  export interface App extends Router {
    use(middleware: unknown): this;
    listen(port: number, host: string): Server;
  }
  const express: { (): App; json(): unknown };
  export default express;
}
