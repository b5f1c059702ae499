import { problemsOf } from '../../data/problems.ts';
import type { FindingGroup } from '../../data/report-data.ts';
import { button, byId, el, facts } from '../dom.ts';
import { moment, times } from '../format.ts';
import type { State } from '../state.ts';
import { findingChip } from './finding-chip.ts';

/** Everything about one finding of this run. */
export function findingDetails(state: State, finding: FindingGroup): HTMLElement[] {
  const { start, comparison } = state.model;
  const { key, count, first, last } = finding;
  const before = comparison?.before.get(key);
  const sessions = button('Show its sessions', () => {
    state.setFilter({ finding: key });
    byId('timeline').scrollIntoView({ block: 'start' });
  });
  return [
    ...whatAndWhere(finding),
    facts([
      ['How often', times(count)],
      ...(before === undefined
        ? []
        : [['In the run before', before === 0 ? 'not found' : times(before)] as const]),
      ['First', moment(first, start, true)],
      ['Last', moment(last, start, true)],
      ...routesOf(finding),
      ...placesOf(finding),
    ]),
    el('p', {}, sessions),
    ...relatedTo(state, finding),
  ];
}

/** The other findings of the same problem. */
function relatedTo(state: State, finding: FindingGroup): HTMLElement[] {
  const problem = problemsOf(state.model.findings).find(
    ({ first, parts }) => first === finding || parts.includes(finding),
  );
  if (problem === undefined || problem.parts.length === 0) return [];
  const others = [problem.first, ...problem.parts].filter(one => one !== finding);
  return [
    el('h3', {}, 'In the same transactions or sessions'),
    ...others.map(other => findingChip(state, other, other.count)),
  ];
}

/** A finding of the run before that is not found any more. */
export function goneDetails({ model }: State, finding: FindingGroup): HTMLElement[] {
  const start = model.against?.start ?? 0;
  const { count, first, last } = finding;
  return [
    ...whatAndWhere(finding),
    facts([
      ['In this run', 'not found'],
      ['In the run before', times(count)],
      ['First', moment(first, start, true)],
      ['Last', moment(last, start, true)],
      ...routesOf(finding),
      ...placesOf(finding),
    ]),
  ];
}

function whatAndWhere(finding: FindingGroup): HTMLElement[] {
  const { rule, category, message, fix, docs } = finding;
  return [
    el('h2', { tabindex: -1 }, message),
    el(
      'p',
      { class: 'kind-of' },
      el('span', { class: 'rule' }, rule),
      el('span', { class: 'category', 'data-category': category }, category),
    ),
    ...codeOf(finding),
    el('h3', {}, 'What to do'),
    el('p', {}, fix),
    el(
      'p',
      { class: 'docs' },
      'More: ',
      docsLink(docs),
      ', or ',
      el('code', {}, `npx session-guard explain ${rule}`),
    ),
  ];
}

function codeOf({ codeFrame, place }: FindingGroup): HTMLElement[] {
  if (place === undefined) return [];
  if (codeFrame === undefined) return [el('p', {}, el('code', {}, place))];
  const lines = withoutIndent(codeFrame.split('\n')).map(line => {
    const isFault = line.startsWith('>') || line.trimEnd().endsWith('^');
    return el('span', { class: isFault ? 'fault' : undefined }, `${line}\n`);
  });
  return [el('p', { class: 'place' }, place), el('pre', { tabindex: 0 }, ...lines)];
}

/** Moved to the left as far as all lines allow: `> 12 |         await` takes half of the width of a phone. */
function withoutIndent(lines: readonly string[]): string[] {
  const parts = lines.map(line => {
    const bar = line.indexOf('|') + 1;
    return { number: line.slice(0, bar), text: line.slice(bar) };
  });
  const indents = parts.flatMap(({ text }) => (text.trim() === '' ? [] : [text.search(/\S/)]));
  // One blank stays after the bar.
  const spare = Math.max(0, Math.min(...indents) - 1);
  return parts.map(({ number, text }) => number + text.slice(spare));
}

function routesOf({ routes }: FindingGroup): (readonly [string, string])[] {
  const names = Object.entries(routes).toSorted(([, one], [, other]) => other - one);
  if (names.length === 0) return [];
  return [['Requests', names.map(([route, number]) => `${route} (${number})`).join('\n')]];
}

function placesOf({ calledFrom, startedAt, started, endedAt }: FindingGroup): [string, string][] {
  return [
    ...calledFrom.map((place): [string, string] => ['Called from', place]),
    ...(startedAt === undefined
      ? []
      : [[`The ${started ?? 'session'} started`, startedAt] satisfies [string, string]]),
    ...(endedAt === undefined ? [] : [['Ended', endedAt] satisfies [string, string]]),
  ];
}

function docsLink(docs: string): HTMLElement {
  const isAddress = /^https?:\/\//.test(docs);
  return isAddress
    ? el('a', { href: docs, rel: 'noreferrer', target: '_blank' }, docs)
    : el('code', {}, docs);
}
