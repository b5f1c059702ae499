import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Checkpoints, newTable } from './support/table.ts';

// The official suite takes vitest's functions from the global scope.
Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it });
const { deltaChannelHistoryTests, validate } = await import('@langchain/langgraph-checkpoint-validation');

let table: Checkpoints | undefined;

const initializer = {
  checkpointerName: 'session-guard/langgraph/dynamodb',
  async beforeAll() {
    table ??= await newTable();
  },
  beforeAllTimeout: 20_000,
  /** Each part of the suite sees its own checkpoints alone. */
  createCheckpointer() {
    if (table === undefined) throw new Error('there is no table yet');
    return table.saver();
  },
};

describe('the conformance suite of LangGraph', () => {
  validate(initializer);
});

describe('its tests of channels that store differences', () => {
  beforeAll(() => initializer.beforeAll());
  deltaChannelHistoryTests(initializer);
});
