import { once } from 'node:events';
import type { ClientSession, Db } from 'mongodb';
import { operations, type Row } from './operations.ts';
import { Outcomes } from './outcomes.ts';
import type {
  CallbackStep,
  EndingStep,
  Holder,
  OperationStep,
  Performance,
  SessionStep,
  Step,
} from './steps.ts';

/** A transaction whose error is swallowed would be tried again for two minutes. */
const maxAttempts = 2;

/** For each part of a program; what is still on its way then is left to the clean-up. */
const limitMS = 3000;

interface Scene {
  readonly db: Db;
  readonly late: boolean;
  readonly outcomes: Outcomes;
  readonly sessions: Partial<Record<Holder, ClientSession>>;
  /** All that were ever started. */
  readonly started: ClientSession[];
}

/** A step that the driver answers with a promise. */
type Begun = OperationStep | EndingStep | CallbackStep;

/** Performs a program to its end, whatever it leaves behind. */
export async function perform({ program, late }: Performance, db: Db): Promise<Outcomes> {
  const outcomes = new Outcomes();
  const scene: Scene = { db, late, outcomes, sessions: {}, started: [] };
  start(scene, 'first');
  start(scene, 'second');
  await inTime(outcomes, 'the steps', () => performAll(scene, program.steps, ''));
  await inTime(outcomes, 'what they began', isOver => outcomes.settled(isOver));
  await inTime(outcomes, 'the ends', () =>
    Promise.allSettled(scene.started.map(session => session.endSession())),
  );
  await inTime(outcomes, 'the rest', isOver => outcomes.settled(isOver));
  return outcomes;
}

async function inTime(
  outcomes: Outcomes,
  what: string,
  work: (isOver: () => boolean) => Promise<unknown>,
): Promise<void> {
  const limit = AbortSignal.timeout(limitMS);
  const over = once(limit, 'abort');
  await Promise.race([work(() => limit.aborted), over]);
  if (limit.aborted) outcomes.note(what, 'not over in time');
}

function start(scene: Scene, holder: Holder): void {
  const session = scene.db.client.startSession();
  scene.started.push(session);
  scene.sessions[holder] = session;
}

/**
 * A step that is not awaited is followed by the next one in the same turn, as in a program that a person writes.
 * @param place of the callback that the steps are in; empty for the program itself
 */
async function performAll(scene: Scene, steps: readonly Step[], place: string): Promise<void> {
  for (const [index, step] of steps.entries()) {
    const at = scene.outcomes.reach(`${place}${index} ${step.do}`);
    if (step.do === 'ticks') for (let tick = 0; tick < step.count; tick += 1) await Promise.resolve();
    else if (!('care' in step)) performNow(scene, step, at);
    else if (step.care === 'dropped') scene.outcomes.drop(at, begin(scene, step, at));
    else if (step.care === 'later') scene.outcomes.follow(at, begin(scene, step, at));
    else await performAwaited(scene, step, at, place !== '' && step.care === 'awaited');
  }
}

async function performAwaited(scene: Scene, step: Begun, at: string, rethrows: boolean): Promise<void> {
  try {
    scene.outcomes.note(at, await begin(scene, step, at));
  } catch (error) {
    scene.outcomes.noteError(at, error);
    if (rethrows) throw error;
  }
}

function performNow(scene: Scene, step: SessionStep, at: string): void {
  if (step.do === 'startSession') return start(scene, step.session);
  try {
    scene.sessions[step.session]?.startTransaction();
    scene.outcomes.note(at, 'started');
  } catch (error) {
    scene.outcomes.noteError(at, error);
  }
}

function begin(scene: Scene, step: Begun, at: string): Promise<unknown> {
  const promise = call(scene, step, at);
  if (!scene.late || step.do === 'end' || step.do === 'withSession') return promise;
  if (scene.sessions[step.session] === undefined) return promise;
  return step.do === 'bulk' || step.do === 'insertMany' ? oneLater(oneLater(promise)) : oneLater(promise);
}

/** Settled alike, one microtask later. */
function oneLater<T>(promise: Promise<T>): Promise<T> {
  return promise.then(value => value);
}

/** The promise is the driver's own. */
function call(scene: Scene, step: Begun, at: string): Promise<unknown> {
  if (step.do === 'withSession') return withSession(scene, step, at);
  const session = scene.sessions[step.session];
  if ('on' in step) return operate(scene, step, session);
  return onSession(scene, step, session, at) ?? Promise.resolve();
}

function operate({ db }: Scene, step: OperationStep, session: ClientSession | undefined): Promise<unknown> {
  // Of each session its own: a write outside would wait for a transaction of another session, and that for the program.
  const id = `${step.session} ${step.id}`;
  const rows = db.collection<Row>(step.on);
  return operations[step.do](rows, id, session === undefined ? {} : { session });
}

function onSession(
  scene: Scene,
  step: EndingStep | CallbackStep,
  session: ClientSession | undefined,
  at: string,
): Promise<unknown> | undefined {
  if ('steps' in step) return session?.withTransaction(lateCallback(scene, step, at));
  if (step.do === 'commit') return session?.commitTransaction();
  return step.do === 'abort' ? session?.abortTransaction() : session?.endSession();
}

function withSession(scene: Scene, step: CallbackStep, at: string): Promise<unknown> {
  const run = callback(scene, step, at);
  return scene.db.client.withSession(session => {
    scene.sessions.own = session;
    return run();
  });
}

function lateCallback(scene: Scene, step: CallbackStep, at: string): () => Promise<string> {
  const run = callback(scene, step, at);
  return scene.late ? () => oneLater(run()) : run;
}

function callback(scene: Scene, { steps, ending }: CallbackStep, at: string): () => Promise<string> {
  let attempts = 0;
  return async () => {
    attempts += 1;
    if (attempts > maxAttempts) throw new RangeError('attempts enough');
    await performAll(scene, steps, `${at} > `);
    if (ending === 'throws') throw new TypeError('mine');
    return 'returned';
  };
}
