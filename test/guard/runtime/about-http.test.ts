import { expect, test } from 'vitest';
import { aboutHttp } from '../../../src/guard/runtime/request/about-http.ts';

test('Of Node’s own request only the method is known.', () => {
  expect(aboutHttp({ method: 'GET', url: '/orders/7' })).toEqual({ method: 'GET', route: undefined });
  expect(aboutHttp({ method: 7, route: null })).toEqual({ method: undefined, route: undefined });
});

test.each<[string, object, string | undefined]>([
  ['the path of the route', { route: { path: '/orders/:id' } }, '/orders/:id'],
  [
    'below the path of its router',
    { baseUrl: '/api/v1', route: { path: '/orders/:id' } },
    '/api/v1/orders/:id',
  ],
  ['the path of the router alone, for its root', { baseUrl: '/orders', route: { path: '/' } }, '/orders'],
  ['the root of the application', { baseUrl: '', route: { path: '/' } }, '/'],
  ['a regular expression', { baseUrl: '/api', route: { path: /^\/o.*/ } }, '/api/^\\/o.*/'],
  ['a list of paths', { route: { path: ['/a', '/b'] } }, '/a,/b'],
  ['none without a path', { route: {} }, undefined],
  ['none for a path of another kind', { route: { path: 7 } }, undefined],
  ['none for a route that is a text', { route: '/orders' }, undefined],
])('The route of Express is %s.', (_, request, route) => {
  expect(aboutHttp(request).route).toBe(route);
});

test.each([
  ['/tenants/acme-corp', '/tenants/acme-corp/x'],
  ['/tenants/42', '/tenants/:value/x'],
  ['/tenants/a1b2c3', '/tenants/:value/x'],
  ['/42tenants', '/:value/x'],
  ['/-tenants', '/:value/x'],
  ['/V2', '/V2/x'],
  ['/v12', '/v12/x'],
  ['/v1x', '/:value/x'],
  ['/xv1', '/:value/x'],
  ['/ada@example.com', '/:value/x'],
])('What may be a value in the path of a router is left out: %s.', (baseUrl, route) => {
  expect(aboutHttp({ baseUrl, route: { path: '/x' } }).route).toBe(route);
});
