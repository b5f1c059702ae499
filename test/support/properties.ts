import { configureGlobal, readConfigureGlobal } from 'fast-check';
import { seedOfRun } from './seed.ts';

/** For tests of properties: without this seed, a rare counterexample would fail now this run, now that. */
configureGlobal({ ...readConfigureGlobal(), seed: seedOfRun() });

export * from 'fast-check';
