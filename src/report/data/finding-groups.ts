import type { Finding } from '../../guard/findings/finding.ts';
import { formatPlace } from '../../guard/stack/place.ts';
import type { RequestContext } from '../../guard/events/request-context.ts';
import type { FindingLine } from '../../guard/trace/trace-line.ts';
import { FindingOrder } from './finding-order.ts';
import type { FindingGroup } from './report-data.ts';

/** How many times of a finding are kept. */
const mostTimes = 500;

/** How many routes of a finding are counted separately. */
const mostRoutes = 50;

/** How many places are counted separately; more than a program has. */
const mostGroups = 2000;

/** When a finding was made, as the report counts time, in which request, and in which session. */
interface Occasion {
  readonly at: number;
  readonly request: RequestContext | undefined;
  readonly session: FindingsOfSession | undefined;
  /** Of the report. */
  readonly revision: number;
}

/** The findings of a session. */
interface FindingsOfSession {
  /** Those of its current transaction, or those outside of one. */
  readonly found: Set<FindingGroup>;
}

/** The findings of all processes, by their rule and place. */
export class FindingGroups {
  readonly #groups = new Map<string, FindingGroup>();
  readonly #changedAt = new Map<string, number>();
  /** By process and number. */
  readonly #byNumber = new Map<string, FindingGroup>();
  readonly #order = new FindingOrder();

  changedAfter(since: number): FindingGroup[] {
    return [...this.#groups.values()].filter(({ key }) => (this.#changedAt.get(key) ?? 0) > since);
  }

  /** @returns the group, or undefined if the line that has the finding as a whole is missing */
  add(
    process: string,
    line: FindingLine,
    { at, request, session, revision }: Occasion,
  ): FindingGroup | undefined {
    const number = `${process} ${line.number}`;
    const group =
      line.finding === undefined ? this.#byNumber.get(number) : this.#groupOf(line.finding, line.count, at);
    if (group === undefined) return undefined;
    this.#byNumber.set(number, group);
    this.#changedAt.set(group.key, revision);
    group.count += 1;
    group.first = Math.min(group.first, at);
    group.last = Math.max(group.last, at);
    group.times.push(at);
    if (group.times.length > mostTimes) group.times.shift();
    const route = routeOf(line.finding?.context ?? request);
    const isKnown = route in group.routes || Object.keys(group.routes).length < mostRoutes;
    if (route !== '' && isKnown) group.routes[route] = (group.routes[route] ?? 0) + 1;
    // A session may be unknown because it was left out: those without findings are left out first.
    const found = session?.found ?? new Set<FindingGroup>();
    if (!found.has(group)) this.#order.note(group, found);
    found.add(group);
    return group;
  }

  #groupOf(finding: Finding, count: number, at: number): FindingGroup | undefined {
    const key = keyOf(finding);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    if (this.#groups.size >= mostGroups) return undefined;
    const group = groupOf(key, finding, at);
    // Made before the beginning of this file.
    group.count = count - 1;
    this.#groups.set(key, group);
    return group;
  }
}

function groupOf(key: string, finding: Finding, at: number): FindingGroup {
  const { rule, category, severity, message, fix, docs, place, calledFrom, startedAt, started, endedAt } =
    finding;
  return {
    key,
    rule,
    category,
    severity,
    message,
    fix,
    docs,
    ...(place !== undefined && { place: formatPlace(place) }),
    ...(place?.codeFrame !== undefined && { codeFrame: place.codeFrame }),
    calledFrom: (calledFrom ?? []).map(formatPlace),
    ...(startedAt !== undefined && { startedAt: formatPlace(startedAt) }),
    ...(started !== undefined && { started }),
    ...(endedAt !== undefined && { endedAt: formatPlace(endedAt) }),
    count: 0,
    first: at,
    last: at,
    times: [],
    // A route may have the name of a method of objects.
    routes: Object.create(null) as Record<string, number>,
  };
}

function keyOf({ rule, messageId, message, place, calledFrom }: Finding): string {
  const where = place === undefined ? [message] : [place, ...(calledFrom ?? [])].map(formatPlace);
  return [rule, messageId, ...where].join(' ');
}

export function routeOf(request: RequestContext | undefined): string {
  return [request?.method, request?.route].filter(part => part !== undefined).join(' ');
}
