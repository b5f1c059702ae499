import type { RequestRow, SessionRow } from '../data/report-data.ts';
import { routeOf } from './format.ts';
import type { Model } from './model.ts';

/** What is shown; an empty text is everything. */
export interface Filter {
  /** The key of one finding. */
  readonly finding: string;
  readonly rule: string;
  readonly route: string;
  readonly collection: string;
  readonly outcome: string;
  readonly search: string;
}

export const everything: Filter = {
  finding: '',
  rule: '',
  route: '',
  collection: '',
  outcome: '',
  search: '',
};

/** The choices of each filter, with how many sessions each has. */
export function choicesOf(
  model: Model,
): Record<'rule' | 'route' | 'collection' | 'outcome', Map<string, number>> {
  const choices = { rule: new Map(), route: new Map(), collection: new Map(), outcome: new Map() };
  const rules = ruleByFinding(model);
  for (const session of model.sessions.values()) {
    for (const rule of new Set(session.marks.map(mark => rules.get(mark.finding) ?? '')))
      add(choices.rule, rule);
    add(choices.route, routeOf(model.requestOf(session)));
    for (const collection of new Set(collectionsOf(session))) add(choices.collection, collection);
    for (const outcome of new Set(outcomesOf(session))) add(choices.outcome, outcome);
  }
  return choices;
}

function add(counts: Map<string, number>, name: string): void {
  if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** All sessions in the order of their requests and starts. */
export function sortedSessions(model: Model): SessionRow[] {
  const order = (session: SessionRow) => model.requestOf(session)?.at ?? session.at;
  return [...model.sessions.values()]
    .map(session => ({ session, at: order(session) }))
    .toSorted((one, other) => one.at - other.at || one.session.at - other.session.at)
    .map(({ session }) => session);
}

/** Those that pass, in the same order. */
export function filtered(sessions: readonly SessionRow[], model: Model, filter: Filter): SessionRow[] {
  const rules = ruleByFinding(model);
  const words = filter.search
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '');
  return sessions.filter(session => {
    const { marks } = session;
    if (filter.finding !== '' && !marks.some(({ finding }) => finding === filter.finding)) return false;
    if (filter.rule !== '' && !marks.some(({ finding }) => rules.get(finding) === filter.rule)) return false;
    if (filter.route !== '' && routeOf(model.requestOf(session)) !== filter.route) return false;
    if (filter.collection !== '' && !collectionsOf(session).includes(filter.collection)) return false;
    if (filter.outcome !== '' && !outcomesOf(session).includes(filter.outcome)) return false;
    if (words.length === 0) return true;
    const text = textOf(model, session);
    return words.every(word => text.includes(word));
  });
}

function ruleByFinding({ findings }: Model): Map<string, string> {
  return new Map(findings.map(({ key, rule }) => [key, rule]));
}

function collectionsOf({ operations }: SessionRow): string[] {
  return operations.flatMap(({ namespace }) => namespace ?? []);
}

/** Also `retried` and `failed operation`, which are not outcomes of a transaction but are looked for. */
function outcomesOf({ transactions, operations, endedAt }: SessionRow): string[] {
  const found: string[] = transactions.map(({ outcome }) => outcome);
  if (transactions.some(({ attempts }) => attempts.length > 1)) found.push('retried');
  if (operations.some(({ error }) => error !== undefined)) found.push('failed operation');
  if (operations.some(({ straggler }) => straggler === true)) found.push('not awaited');
  if (endedAt === undefined) found.push('session left open');
  return found;
}

/** Made once for each session: a row that has changed is another object, and so is its request. */
const texts = new WeakMap<SessionRow, { readonly request: RequestRow | undefined; readonly text: string }>();

function textOf(model: Model, session: SessionRow): string {
  const request = model.requestOf(session);
  const known = texts.get(session);
  if (known !== undefined && known.request === request) return known.text;
  const text = makeText(model, session, request);
  texts.set(session, { request, text });
  return text;
}

function makeText(model: Model, session: SessionRow, request: RequestRow | undefined): string {
  const parts = [
    `session ${session.number}`,
    session.process,
    session.place,
    routeOf(request),
    request?.id,
    ...session.transactions.map(({ name }) => name),
    ...session.operations.flatMap(({ command, namespace, place, error }) => [
      command,
      namespace,
      place,
      error,
    ]),
    ...session.marks.flatMap(({ finding }) => {
      const group = model.findingOf(finding);
      return [group?.rule, group?.message, group?.place];
    }),
  ];
  return parts
    .filter(part => part !== undefined)
    .join(' ')
    .toLowerCase();
}
