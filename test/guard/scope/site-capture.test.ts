import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SiteCapture, siteKindOf } from '../../../src/guard/scope/site-capture.ts';
import { clock } from '../../../src/platform/time/clock.ts';

const orders = { command: 'insert', namespace: 'shop.orders' };
const users = { command: 'insert', namespace: 'shop.users' };
let now = 0;

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'production');
  vi.spyOn(clock, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

type Called = typeof orders | undefined;

function captures(sites: SiteCapture, called: Called, times = 1): number {
  const placeOf = () => sites.capture(captures, undefined, called?.command, called?.namespace);
  return Array.from({ length: times }, placeOf).filter(site => site !== undefined).length;
}

test('In production no place is captured before a finding has no place.', () => {
  const sites = new SiteCapture();
  expect(captures(sites, orders)).toBe(0);
  expect(captures(sites, undefined)).toBe(0);
  expect(sites.on).toBe(false);
});

test('After a finding without a place, the places of its kind of operation and of calls are captured, and no others.', () => {
  const sites = new SiteCapture();
  sites.want([siteKindOf(orders)]);
  expect(captures(sites, orders)).toBe(1);
  expect(captures(sites, undefined)).toBe(1);
  expect(captures(sites, users)).toBe(0);
  expect(sites.on).toBe(true);
});

test('Captures end after a while, and begin again with a finding that is a minute later.', () => {
  const sites = new SiteCapture();
  sites.want([siteKindOf(orders)]);
  expect(captures(sites, orders, 5000)).toBe(1000);
  now += 59_999;
  sites.want([siteKindOf(orders)]);
  expect(captures(sites, orders)).toBe(0);
  now += 1;
  sites.want([siteKindOf(orders)]);
  expect(captures(sites, orders, 5000)).toBe(1000);
});

test('The number of kinds that are captured is limited.', () => {
  const sites = new SiteCapture();
  const kinds = Array.from({ length: 1000 }, (_, index) => ({
    command: 'insert',
    namespace: `shop.t${index}`,
  }));
  sites.want(kinds.map(siteKindOf));
  expect(kinds.filter(kind => captures(sites, kind) > 0)).toHaveLength(99);
});

test('In development every place is captured, without end.', () => {
  vi.stubEnv('NODE_ENV', 'development');
  const sites = new SiteCapture();
  expect(captures(sites, orders, 1500)).toBe(1500);
  expect(sites.on).toBe(true);
});
