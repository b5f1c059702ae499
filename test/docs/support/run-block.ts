import { Console } from 'node:console';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { docsOf } from '../../../src/guard/rules/engine/rule.ts';
import type { Finding } from '../../../src/index.ts';
import { patientBut } from '../../support/patient-rules.ts';
import { aMinutePasses } from './a-minute-passes.ts';
import { addressesFor } from './addresses.ts';
import { appFolder } from '../../support/app-folder.ts';
import { asInstalled } from './as-installed.ts';
import { type Block, markedLines } from './blocks.ts';
import { compile } from './compile.ts';
import { Heard } from './heard.ts';
import { PassingTime } from './passing-time.ts';
import { prepare } from './prepared.ts';

/** What programs read in place of writing a secret down. */
const secrets = {
  SESSION_TAG_KEY: randomBytes(32).toString('base64'),
  COOKIE_SECRET: randomBytes(32).toString('base64'),
  SESSION_SECRET: randomBytes(32).toString('base64'),
};

/** The file that an example is, as its reader would have it. */
const name = 'app.js';

export interface Outcome {
  readonly findings: readonly Finding[];
  readonly unhandled: readonly unknown[];
  /** Process warnings, those of findings among them. */
  readonly warnings: readonly Error[];
  /** What it and its warnings have printed; its file stands in `/app`, its database is `shop`. */
  readonly printed: string;
  readonly rejected?: { readonly error: unknown } | undefined;
}

export interface RunOptions {
  readonly server: string;
  readonly protect: boolean;
}

/** The pages of rules about time, and about connections that are not there in time. */
const pagesAboutTime: ReadonlySet<string> = new Set(
  (
    ['pool-exhausted', 'long-transaction', 'retry-storm', 'config-pool-size', 'config-wait-queue'] as const
  ).map(docsOf),
);

/** So often a program about time is run that the machine seems to have disturbed: what it does each time is its own. */
const mostRuns = 3;

/** Runs one program of the documentation; one about time again, where it gives other findings than the page marks. */
export async function runBlock(block: Block, options: RunOptions): Promise<Outcome> {
  const setLimitsBack = patientBut(block.page);
  try {
    for (let runs = 1; ; runs += 1) {
      const outcome = await runOnce(block, options);
      if (runs === mostRuns || !isDisturbed(block, outcome)) return outcome;
    }
  } finally {
    setLimitsBack();
  }
}

function isDisturbed({ page, code }: Block, { findings }: Outcome): boolean {
  return pagesAboutTime.has(page) && linesOf(findings).join() !== markedLines(code).join();
}

/** On a real server; lets a minute pass if it leaves a session open, and closes its client. */
async function runOnce(block: Block, { server, protect }: RunOptions): Promise<Outcome> {
  const folder = appFolder();
  const file = join(folder.path, name);
  writeFileSync(file, block.code);
  const { mongo, database, names } = await prepare(server, { protect, code: block.code });
  const addresses = await addressesFor(block);
  const environment = asApplication();
  Object.assign(process.env, secrets, { MONGODB_URI: String(names['uri']), ...addresses });
  const heard = new Heard();
  const time = new PassingTime();
  heard.start();
  try {
    const program = compile(block, file, { ...names, seconds: time.seconds, console: consoleInto(heard) });
    const rejected = await program().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const setClockBack = await aMinutePasses();
    await mongo.close().finally(setClockBack);
    await setImmediate();
    const { findings, unhandled, warnings } = heard;
    const printed = asInstalled(heard.printed)
      .replaceAll(folder.path, '/app')
      .replaceAll(database, 'shop')
      .trimEnd();
    return { findings, unhandled, warnings, rejected, printed };
  } finally {
    time.setBack();
    heard.stop();
    Object.assign(process.env, environment);
    folder.remove();
  }
}

/**
 * A program of the documentation is an application, not a test: the marks of test runners are taken off.
 * @returns what has to be put back
 */
function asApplication(): NodeJS.ProcessEnv {
  const { NODE_ENV, VITEST, JEST_WORKER_ID, NODE_TEST_CONTEXT } = process.env;
  const marks = Object.entries({ VITEST, JEST_WORKER_ID, NODE_TEST_CONTEXT }).filter(
    ([, value]) => value !== undefined,
  );
  for (const [mark] of marks) Reflect.deleteProperty(process.env, mark);
  return { NODE_ENV, ...Object.fromEntries(marks) };
}

function consoleInto(heard: Heard): Console {
  return new Console(
    new Writable({
      decodeStrings: false,
      write(text, _encoding, done) {
        heard.printed += String(text);
        done();
      },
    }),
  );
}

/** The lines of the program that findings name, each once; a place elsewhere counts as 0. */
export function linesOf(findings: readonly Finding[]): number[] {
  const lines = findings.map(({ place }) => (place?.file.endsWith(`/${name}`) === true ? place.line : 0));
  return [...new Set(lines)].toSorted((a, b) => a - b);
}
