import type pino from 'pino';
import type winston from 'winston';

// nestjs-pino and nest-winston need other versions of NestJS, or of Node, than those of these tests: what follows takes calls as
// they do (nestjs-pino 4.6 and 5.2, nest-winston 1.10 and 2.0).

type Level = 'warn' | 'error';

/** `PinoLogger` of nestjs-pino: fields, then message; its own name is added. */
export class PinoLogger {
  readonly logger: pino.Logger;
  readonly contextName: string;
  context = '';

  constructor(logger: pino.Logger, contextName = 'context') {
    this.logger = logger;
    this.contextName = contextName;
  }

  setContext(name: string): void {
    this.context = name;
  }

  assign(): void {}

  warn(...args: unknown[]): void {
    this.#write('warn', args);
  }

  error(...args: unknown[]): void {
    this.#write('error', args);
  }

  #write(level: Level, [first, ...rest]: unknown[]): void {
    const name = this.context === '' ? {} : { [this.contextName]: this.context };
    const isFields = typeof first === 'object';
    const args = isFields ? [{ ...name, ...first }, ...rest] : [name, first, ...rest];
    Reflect.apply(this.logger[level], this.logger, args);
  }
}

/** `Logger` of nestjs-pino, for `app.useLogger`: the last argument is the name of the logger. */
export class LoggerOfPino {
  readonly logger: PinoLogger;

  constructor(logger: PinoLogger) {
    this.logger = logger;
  }

  log(): void {}

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  #write(level: Level, message: unknown, rest: unknown[]): void {
    const name = { [this.logger.contextName]: rest.at(-1) };
    const others = rest.slice(0, -1);
    if (typeof message === 'object') this.logger[level]({ ...name, ...message }, ...others);
    else this.logger[level](name, message, ...others);
  }
}

/** `WinstonLogger` of nest-winston. */
export class LoggerOfWinston {
  readonly #logger: winston.Logger;

  constructor(logger: winston.Logger) {
    this.#logger = logger;
  }

  log(): void {}

  warn(message: unknown, context?: string): void {
    this.#logger.warn(String(message), { context });
  }

  error(message: unknown, trace?: string, context?: string): void {
    this.#logger.error(String(message), { context, stack: [trace] });
  }

  getWinstonLogger(): winston.Logger {
    return this.#logger;
  }
}
