import { SessionGuardError } from './errors.ts';
import { maskText } from './mask-text.ts';

/** Errors of the language: callers may test for their classes. */
const native: Readonly<Record<string, new (message: string) => Error>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

const mostLinks = 5;
const mostTogether = 10;

/**
 * A copy of a foreign error that is safe for a log: its class name, its code, its stack, and a message without data. The error
 * of a client contains the command, with all the data of a write; the error of a server quotes the data.
 * @param secrets texts that are removed from the message everywhere
 * @returns an error of this package unchanged, and undefined for undefined
 */
export function cleanCause(error: unknown, secrets: readonly string[] = [], links = mostLinks): unknown {
  if (error === undefined || error instanceof SessionGuardError) return error;
  if (typeof error === 'string') return new Error(maskText(error, secrets));
  if (!(error instanceof Error)) return new Error(`No error was thrown, but a value (${typeof error}).`);
  return copyOf(error, [...secrets, ...argumentsIn(error)], links);
}

function copyOf(error: Error, secrets: readonly string[], links: number): Error {
  const name = nameOf(error);
  const said: unknown = error.message;
  const message = typeof said === 'string' ? maskText(said, secrets) : '';
  const copy = made(error, message, secrets, links);
  if (copy.name !== name) Object.defineProperty(copy, 'name', { value: name, configurable: true });
  const { cause }: { cause?: unknown } = error;
  if (cause !== undefined && links > 0)
    Object.defineProperty(copy, 'cause', {
      value: cleanCause(cause, secrets, links - 1),
      configurable: true,
    });
  Object.assign(copy, details(error));
  const stack = `${name}: ${copy.message}${framesOf(error)}`;
  Object.defineProperty(copy, 'stack', { value: stack, configurable: true, writable: true });
  return copy;
}

function made(error: Error, message: string, secrets: readonly string[], links: number): Error {
  const { errors } = error as { errors?: unknown };
  if (Array.isArray(errors) && links > 0) {
    const some = errors.slice(0, mostTogether).map(each => cleanCause(each, secrets, links - 1));
    return new AggregateError(some, message);
  }
  const Native = Object.hasOwn(native, error.constructor.name) ? native[error.constructor.name] : undefined;
  return Native === undefined ? new Error(message) : new Native(message);
}

function nameOf(error: Error): string {
  const { name } = error;
  const given = name === 'Error' ? error.constructor.name : name;
  return typeof given === 'string' && /^[A-Za-z][\w$.]{0,60}$/.test(given) ? given : 'Error';
}

/** ioredis puts the failed command into its error. */
function argumentsIn(error: Error): readonly string[] {
  const { command }: { command?: unknown } = error as { command?: unknown };
  if (typeof command !== 'object' || command === null) return [];
  const { args }: { args?: unknown } = command;
  return Array.isArray(args) ? args.filter(arg => typeof arg === 'string') : [];
}

/** Properties that explain a failure, each with the pattern of a value that is not data. */
const kept: Readonly<Record<string, RegExp>> = {
  code: /^(?:[A-Z][A-Z0-9_]{1,60}|\d[A-Z0-9]{0,9})$/,
  codeName: /^[A-Za-z]{1,60}$/,
  errno: /^$/,
  syscall: /^[A-Za-z]{1,20}$/,
  address: /^[\w.:-]{1,255}$/,
  hostname: /^[\w.-]{1,255}$/,
  port: /^\d{1,5}$/,
  $fault: /^(?:client|server)$/,
};

function details(error: Error): Readonly<Record<string, unknown>> {
  const given = error as unknown as Readonly<Record<string, unknown>>;
  const found = Object.entries(kept).filter(([name, form]) => {
    const value = given[name];
    return typeof value === 'number' || (typeof value === 'string' && form.test(value));
  });
  return {
    ...Object.fromEntries(found.map(([name]) => [name, given[name]])),
    ...labelsOf(given['errorLabels']),
    ...metadataOf(given['$metadata']),
  };
}

/** Of MongoDB. */
function labelsOf(labels: unknown): object {
  if (!Array.isArray(labels)) return {};
  const known = labels.filter(label => typeof label === 'string' && /^[A-Za-z]{1,60}$/.test(label));
  return known.length === 0 ? {} : { errorLabels: known as string[] };
}

/** Of the AWS SDK. */
function metadataOf(metadata: unknown): object {
  if (typeof metadata !== 'object' || metadata === null) return {};
  const { httpStatusCode, attempts, requestId } = metadata as Readonly<Record<string, unknown>>;
  const id = typeof requestId === 'string' && /^[\w-]{1,80}$/.test(requestId) ? requestId : undefined;
  return {
    $metadata: {
      ...(typeof httpStatusCode === 'number' && { httpStatusCode }),
      ...(typeof attempts === 'number' && { attempts }),
      ...(id !== undefined && { requestId: id }),
    },
  };
}

const frame = /^\s+at .*(?::\d+:\d+\)?|<anonymous>\)?|\(native\)|\(index \d+\))$/;

/** The frames of the stack. The message comes before them, and may have lines that look like frames. */
function framesOf({ stack, message }: Error): string {
  if (typeof stack !== 'string') return '';
  const at = stack.indexOf(message);
  const lines = stack.slice(at < 0 ? stack.length : at + message.length).split('\n');
  const frames = lines.filter(line => frame.test(line)).slice(0, 10);
  return frames.length === 0 ? '' : `\n${frames.join('\n')}`;
}
