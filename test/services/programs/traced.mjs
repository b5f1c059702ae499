// @ts-check
// A program under the preload, traced; with the argument `beside`, OpenTelemetry's own instrumentation of the driver is on, too.
// It prints its spans as JSON: each with its name, its parent's name, and the library that has made it.
import { createRequire } from 'node:module';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MongoDBInstrumentation } from '@opentelemetry/instrumentation-mongodb';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { traceMongo } from 'session-guard/otel';

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
);
if (process.argv[2] === 'beside') registerInstrumentations();
traceMongo();

function registerInstrumentations() {
  return new MongoDBInstrumentation();
}

/** @type {typeof import('mongodb')} */
const { MongoClient } = createRequire(import.meta.url)('mongodb');
const client = new MongoClient(String(process.env['MONGODB_URI']));
const things = client.db('traced').collection('things');
await things.countDocuments();
exporter.reset();
await things.findOne({});
await client.withSession(session =>
  session.withTransaction(() => things.insertOne({ name: 'tea' }, { session })),
);
const spans = exporter.getFinishedSpans();
await client.close();
const nameOf = (/** @type {string | undefined} */ id) =>
  spans.find(span => span.spanContext().spanId === id)?.name;
console.log(
  JSON.stringify(
    spans
      .map(({ name, parentSpanContext, instrumentationScope }) => ({
        name,
        inside: nameOf(parentSpanContext?.spanId),
        by: instrumentationScope.name,
      }))
      .filter(({ name }) => !/session/i.test(name)),
  ),
);
