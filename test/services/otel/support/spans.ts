import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** A span with the spans inside it, in the order in which they began. */
export interface Tree {
  readonly name: string;
  readonly span: ReadableSpan;
  readonly inside: readonly Tree[];
}

/** A real SDK, for the whole process of a test file. */
export function startSdk() {
  const exporter = new InMemorySpanExporter();
  const started = new Order();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [started, new SimpleSpanProcessor(exporter)] }),
  );
  const ended = () => {
    const ids = new Set(exporter.getFinishedSpans().map(idOf));
    return started.spans.filter(span => ids.has(idOf(span)));
  };
  return {
    /** The spans that have ended, in the order in which they began. */
    spans: ended,
    trees: () => treesOf(ended()),
    /** Names alone, nested by indentation. */
    text: () => treesOf(ended()).flatMap(tree => lines(tree)),
    reset: () => {
      exporter.reset();
      started.spans = [];
    },
    /** Runs a function inside a span of the program. */
    inside: <T>(name: string, fn: () => Promise<T>) =>
      trace.getTracer('program').startActiveSpan(name, span => fn().finally(() => span.end())),
  };
}

/** Keeps the spans in the order in which they have begun: their times are too coarse for that. */
class Order implements SpanProcessor {
  spans: ReadableSpan[] = [];
  onStart(span: ReadableSpan): void {
    this.spans.push(span);
  }
  onEnd(): void {}
  forceFlush = () => Promise.resolve();
  shutdown = () => Promise.resolve();
}

function idOf(span: ReadableSpan): string {
  return span.spanContext().spanId;
}

function treesOf(spans: readonly ReadableSpan[]): Tree[] {
  const ids = new Set(spans.map(span => span.spanContext().spanId));
  const isRoot = ({ parentSpanContext }: ReadableSpan) => !ids.has(parentSpanContext?.spanId ?? '');
  return spans.filter(isRoot).map(span => treeOf(span, spans));
}

function treeOf(span: ReadableSpan, spans: readonly ReadableSpan[]): Tree {
  const { spanId } = span.spanContext();
  const inside = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === spanId);
  return { name: span.name, span, inside: inside.map(one => treeOf(one, spans)) };
}

function lines({ name, inside }: Tree, depth = 0): string[] {
  return [`${'  '.repeat(depth)}${name}`, ...inside.flatMap(one => lines(one, depth + 1))];
}
