// @ts-check

/**
 * Files that are changed together, and the tests that are to notice it. They need no server, and run in one process for all
 * changes (`in-process/`).
 * @typedef {{ readonly mutate: readonly string[], readonly tests: RegExp }} Room
 */

/** @type {Readonly<Record<string, Room>>} */
export const rooms = {
  // A rule sees the records that events have changed: most of what the reducer does is tested by the rules.
  events: { mutate: ['src/guard/events/*.ts'], tests: /^test\/guard\/(?:events|rules|runtime\/first-error)/ },
  rules: { mutate: ['src/guard/rules/**/*.ts'], tests: /^test\/guard\/rules\// },
  // `sinks` is tested with the loggers themselves, on a real server.
  findings: {
    mutate: ['src/guard/findings/*.ts', 'src/guard/findings/frame/*.ts'],
    tests: /^test\/guard\/findings\//,
  },
  // The other files are tested as programs, on real servers.
  runtime: {
    mutate: [
      'src/guard/runtime/contention/*.ts',
      'src/guard/runtime/transaction/*.ts',
      'src/guard/runtime/session/{drain,ending-watch,summarize,waiting-starts}.ts',
      'src/guard/runtime/request/{request-note,about-http}.ts',
    ],
    tests: /^test\/guard\/runtime\//,
  },
  // Expiry, refresh, revocation marks, and the steps of a rotation. The contract and the model of the store notice more, but they
  // wait for real time, and would take a minute for each change that survives.
  store: {
    mutate: [
      'src/store/backend/{life,revocation-mark,change}.ts',
      'src/store/options/{settings,life-cut}.ts',
      'src/store/sessions/{aliases,last-successor,revocation-mark-life,save,successor}.ts',
      'src/store/operations/{destroy,keep-newest,load,rotate}.ts',
    ],
    tests: /^test\/store\/(?:backend|options|operations|sessions|api)\//,
  },
};

/** `npm run test:mutation -- rules` gives its configurations the room in this variable. */
export const variable = 'SESSION_GUARD_MUTATION_ROOM';

/** Of the tests, in each room. */
export const environment = { SESSION_GUARD_TEST_RACES: '2' };

/** Of who loads a configuration only to look at it, that is the first one. */
export function chosenRoom() {
  const room = rooms[process.env[variable] ?? 'events'];
  if (room === undefined) throw new Error(`${variable} is not the name of a room.`);
  return room;
}
