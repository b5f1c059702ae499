import { type Span, SpanKind, type Tracer } from '@opentelemetry/api';
import type { CommandFailedEvent, CommandStartedEvent, CommandSucceededEvent } from 'mongodb';
import type { TrackedClient } from '../../guard/runtime/tracking/work-tracker.ts';
import { attributesOf, cursorIdOf, isSensitive } from './command-attributes.ts';
import { serverCodeOf } from '../error-facts.ts';
import { writeException } from './exceptions.ts';
import { type OperationSpan, currentOperation } from './operation-span.ts';
import { extendedJsonOf, queryText } from './query-text.ts';

interface Command {
  readonly span: Span;
  readonly operation: OperationSpan;
}

/**
 * Makes a span for each command of a client, inside the operation that sends it. The driver emits its event for the start of a
 * command, and of a wait for a connection, in the async context of the operation.
 * @returns a function that ends it
 */
export function traceCommands(tracer: Tracer, tracked: TrackedClient): () => void {
  const { client } = tracked;
  const json = extendedJsonOf(tracked);
  const commands = new Map<number, Command>();
  // After the end, the commands in flight still end their spans.
  let leave: (() => void) | undefined;
  const settle = (requestId: number) => {
    const command = commands.get(requestId);
    commands.delete(requestId);
    if (commands.size === 0) leave?.();
    return command;
  };
  const started = (event: CommandStartedEvent) => {
    const operation = currentOperation();
    operation?.commandBegins();
    if (operation === undefined || isSensitive(event) || isTracedByOther(tracked)) return;
    const text = queryText(event, json, operation.tracing.queryTextMaxLength);
    const attributes = { ...attributesOf(event), 'db.query.text': text };
    const span = tracer.startSpan(
      event.commandName,
      { kind: SpanKind.CLIENT, attributes },
      operation.context,
    );
    commands.set(event.requestId, { span, operation });
  };
  const succeeded = ({ requestId, reply }: CommandSucceededEvent) => {
    const command = settle(requestId);
    if (command === undefined) return;
    const cursor = cursorIdOf(reply);
    if (cursor !== undefined) command.span.setAttribute('db.mongodb.cursor_id', cursor);
    command.span.end();
  };
  const failed = ({ requestId, failure }: CommandFailedEvent) => {
    const command = settle(requestId);
    if (command !== undefined) endFailed(command, failure);
  };
  client.on('commandStarted', started).on('commandSucceeded', succeeded).on('commandFailed', failed);
  client.on('connectionCheckOutStarted', asks);
  tracked.monitorCommands();
  return () => {
    client.off('commandStarted', started).off('connectionCheckOutStarted', asks);
    leave = () => client.off('commandSucceeded', succeeded).off('commandFailed', failed);
    if (commands.size === 0) leave();
  };
}

/** In the async context of the operation that asks. */
function asks(): void {
  currentOperation()?.asksForConnection();
}

function endFailed({ span, operation }: Command, error: unknown): void {
  const code = serverCodeOf(error);
  if (code !== undefined) span.setAttribute('db.response.status_code', code);
  writeException(span, error, operation.tracing.queryTextMaxLength > 0, false);
  operation.commandFailed(span, error);
}

/** `@opentelemetry/instrumentation-mongodb` makes a span for each command: it has wrapped the method that sends them. */
function isTracedByOther(tracked: TrackedClient): boolean {
  const file = tracked.driverFile('./cmap/connection.js') as ConnectionFile | undefined;
  const { command } = file?.Connection?.prototype ?? {};
  return command !== undefined && command[wrapped] === true;
}

/** The mark that OpenTelemetry's instrumentations leave on a method. */
const wrapped = '__wrapped';

interface ConnectionFile {
  readonly Connection?: { readonly prototype?: { readonly command?: { readonly [wrapped]?: unknown } } };
}
