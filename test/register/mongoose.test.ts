import { expect, test } from 'vitest';
import { misusesIn } from '../real/support/found.ts';
import { findingsIn, programFile, runPreloaded } from './support/run-preloaded.ts';

const file = programFile('mongoose.mjs');
const misuse = misusesIn(file);

test.each(['mongoose', 'mongoose8', '@smallest/mongoose8'])(
  '%s is observed, and findings name the user’s own line',
  async name => {
    const run = await runPreloaded({ program: [file, name], env: { SESSION_GUARD_REPORT: 'json' } });
    expect(run).toMatchObject({ code: 0, stdout: 'MongoExpiredSessionError\n' });
    expect(
      findingsIn(run).map(({ rule, place }) => ({ rule, file: place?.file, line: place?.line })),
    ).toEqual([
      misuse('outside-transaction', 'save'),
      misuse('outside-transaction', 'find'),
      misuse('use-after-end', 'late'),
    ]);
  },
);
