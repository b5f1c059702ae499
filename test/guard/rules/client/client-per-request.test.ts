import { describe, it } from 'vitest';
import { clientPerRequest } from '../../../../src/guard/rules/client/client-per-request.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  clientPerRequest,
  {
    valid: [
      'connect close-client',
      {
        name: 'is silent about two clients from one place',
        trace: 'connect@here connect(client=2)@here',
      },
      {
        name: 'is silent about three clients with options or deployments of their own',
        trace:
          'connect(deployment=1)@here connect(client=2 deployment=2)@here connect(client=3 deployment=3)@here',
      },
      {
        name: 'is silent about three clients from three places',
        trace: 'connect connect(client=2) connect(client=3)',
      },
      {
        name: 'is silent about a job that makes a client each half minute',
        trace:
          'connect@job close-client wait(31s) connect(client=2)@job close-client(client=2) wait(31s) connect(client=3)@job close-client(client=3)',
      },
      {
        name: 'is silent about a script that makes one client after the other, each closed before the next',
        trace:
          'connect@here close-client connect(client=2)@here close-client(client=2) connect(client=3)@here close-client(client=3)',
      },
      {
        name: 'is silent where the next one is made while the last one is still closing',
        trace:
          'connect@here closing-client connect(client=2)@here closed-client closing-client(client=2) connect(client=3)@here',
      },
      {
        name: 'is silent under a test runner',
        trace:
          'connect(under-test)@here connect(client=2 under-test)@here connect(client=3 under-test scope=1)@here close-client(client=3 scope=1)',
      },
      {
        name: 'is silent about clients that did not come to connect: the program tries until its server is there',
        trace: 'connecting@here connecting(client=2)@here connecting(client=3)@here connected(client=3)',
      },
      {
        name: 'is silent about one client that connects again and again',
        trace: 'connect@here close-client connected close-client connected close-client connected',
      },
      {
        name: 'is silent about a client that is made in a request and kept',
        trace: 'connect(scope=1) leave(scope=1) close-client',
      },
      {
        name: 'is silent about a client that one request makes and another one closes',
        trace: 'connect(scope=1) close-client(scope=2)',
      },
      {
        name: 'is silent about two that are made at once without requests: they may be meant',
        trace: 'connecting@here connecting(client=2)@here connected connected(client=2)',
      },
      {
        name: 'is silent where no place is known',
        trace: 'connect@none connect(client=2)@none connect(client=3)@none',
      },
      {
        name: 'is silent about one of a request that is made while one of no request connects',
        trace: 'connecting@here connecting(client=2 scope=1)@here connected connected(client=2)',
      },
      {
        name: 'is silent about two that one request makes at once',
        trace: 'connecting(scope=1)@here connecting(client=2 scope=1)@here connected connected(client=2)',
      },
      {
        name: 'is silent about clients from one place with more than a minute between them',
        trace: 'connect@here wait(61s) connect(client=2)@here wait(61s) connect(client=3)@here',
      },
    ],
    invalid: [
      {
        name: 'fires at the third client from one place',
        trace: 'connect@here connect(client=2)@here connect(client=3)@here connect(client=4)@here',
        findings: [{ messageId: 'many', data: { count: 3, seconds: 60 }, site: '@here' }],
      },
      {
        name: 'fires when each request makes one that somebody else closes before the next',
        trace:
          'connect(scope=1)@here close-client connect(client=2 scope=2)@here close-client(client=2) connect(client=3 scope=3)@here close-client(client=3)',
        findings: [{ messageId: 'many', site: '@here' }],
      },
      {
        name: 'fires when the third is made before one of the first two is closed',
        trace:
          'connect@here connect(client=2)@here connect(client=3)@here close-client close-client(client=2)',
        findings: [{ messageId: 'many', site: '@here' }],
      },
      {
        name: 'fires when several are made at once',
        trace:
          'connecting@here connecting(client=2)@here connecting(client=3)@here connected connected(client=2) connected(client=3)',
        findings: [{ messageId: 'atOnce', data: { count: 3 }, site: '@here' }],
      },
      {
        name: 'fires when two requests make one each, the second before the first has connected',
        trace: 'connecting(scope=1)@here connecting(client=2 scope=2)@here connected connected(client=2)',
        findings: [{ messageId: 'atOnce', data: { count: 2 }, site: '@here' }],
      },
      {
        name: 'fires on a client that is made and closed in one request',
        trace: 'connect(scope=1) close-client(scope=1)',
        findings: [{ messageId: 'closed', site: 'connect(scope=1)', endedAt: 'close-client(scope=1)' }],
      },
      {
        name: 'names three of those requests once each, and not as three clients besides',
        trace:
          'connect(scope=1)@here close-client(scope=1) connect(client=2 scope=2)@here close-client(client=2 scope=2) connect(client=3 scope=3)@here close-client(client=3 scope=3)',
        findings: [{ messageId: 'closed' }, { messageId: 'closed' }, { messageId: 'closed' }],
      },
      {
        name: 'counts what `maxClients` and `withinMS` say',
        trace: 'connect@here wait(5s) connect(client=2)@here',
        options: { maxClients: 1, withinMS: 10_000 },
        findings: [{ messageId: 'many', data: { count: 2, seconds: 10 } }],
      },
      {
        name: 'fires also in a process that has run for long',
        trace:
          'connect@other wait(100s) connect(client=2)@here connect(client=3)@here connect(client=4)@here',
        findings: [{ messageId: 'many', data: { count: 3, seconds: 60 }, site: '@here' }],
      },
    ],
  },
  { describe, it },
);
