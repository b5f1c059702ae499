import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { PrometheusMeasures } from '../../../src/services/prometheus/prometheus-measures.ts';

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const dashboard: Dashboard = JSON.parse(readFileSync('docs/prometheus-dashboard.json', 'utf8'));
const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

/** What Prometheus adds to every metric, and to histograms. */
const everywhere = ['job', 'instance', 'le'];

/** The names of the metrics, with the labels of each. */
function metrics(): Map<string, readonly string[]> {
  const registry = new Registry();
  const made = new PrometheusMeasures(registry);
  made.sessions(1);
  return new Map(
    registry.getMetricsAsArray().map(metric => {
      const { name, labelNames = [] } = metric as unknown as { name: string; labelNames?: string[] };
      return [name, labelNames];
    }),
  );
}

const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '');

test.each(queries)('the metric and the labels of `%s` exist', query => {
  const known = metrics();
  const names = [...query.matchAll(/session_guard_\w+/g)].map(([name]) => base(name));
  expect(names.length).toBeGreaterThan(0);
  const allowed = [...everywhere, ...names.flatMap(name => known.get(name) ?? [])];
  for (const name of names) expect([...known.keys()]).toContain(name);
  const grouped = [...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', '));
  const matched = [...query.matchAll(/(\w+)=~?"/g)].flatMap(([, label = '']) => [label]);
  for (const label of [...grouped, ...matched]) expect(allowed).toContain(label);
});

test('the dashboard shows every metric', () => {
  const shown = new Set(
    queries.flatMap(query => [...query.matchAll(/session_guard_\w+/g)].map(([name]) => base(name))),
  );
  expect([...shown].toSorted()).toEqual([...metrics().keys()].toSorted());
});

test('the names follow the conventions of Prometheus', async () => {
  const registry = new Registry();
  new PrometheusMeasures(registry).sessions(1);
  for (const { name, type, help } of await registry.getMetricsAsJSON()) {
    expect(name).toMatch(/^session_guard_[a-z_]+$/);
    expect(help).toMatch(/^[A-Z].*\.$/);
    expect(name.endsWith('_total')).toBe(String(type) === 'counter');
    if (String(type) === 'histogram') expect(name).toMatch(/_(seconds|attempts)$/);
  }
});
