import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { callSites, type StackStart } from '../../stack/stack.ts';
import { whenDemanded } from '../../runtime/process/on-demand.ts';
import { noticeReducedCoverage } from '../../runtime/process/shared-state.ts';
import { replaceMethod } from '../../driver/copies/replace-method.ts';
import { isWatched } from './library-modules.ts';

/** Node's own frames come first; a driver's `makeSocket` follows at once. */
const depth = 12;

/**
 * Names of errors, which no minifier changes. A program may contain some of these names, but only a driver contains all of
 * them.
 */
const marks = [
  'MongoExpiredSessionError',
  'MongoGridFSChunkError',
  'MongoServerSelectionError',
  'MongoTailableCursorError',
];

/** Files that have already been checked. */
const looked = new Set<string>();

/**
 * A driver that is bundled into the program, or was loaded by an unknown loader, is recognised by the file that opens its
 * connections. It cannot be observed. A warning says this once, so that the program does not look clean.
 */
export function noticeBundledDrivers(): void {
  subscribe('net.client.socket', function published() {
    look(published);
  });
  // Node 20 does not publish the sockets of TLS.
  if (Number(process.versions.node.split('.')[0]) < 22) lookAtTls();
}

function lookAtTls(): void {
  replaceMethod<(...args: unknown[]) => unknown>(tls, 'connect', original => {
    return function connect(this: unknown, ...args) {
      look(connect);
      return original.apply(this, args);
    };
  });
}

function look(below: StackStart): void {
  try {
    const file = callSites(below, depth)
      ?.map(site => pathOf(site.getFileName() ?? ''))
      .find(name => name !== '' && !name.startsWith('node:'));
    if (file === undefined || looked.has(file)) return;
    looked.add(file);
    if (isUnseenDriver(file)) whenDemanded(() => noticeReducedCoverage(messageFor(file)));
  } catch {
    // A file that cannot be read proves nothing.
  }
}

function pathOf(name: string): string {
  return name.startsWith('file://') ? fileURLToPath(name) : name;
}

function isUnseenDriver(file: string): boolean {
  const [, folder] = /^(.*\/lib\/)cmap\/connect\.js$/.exec(file.replaceAll('\\', '/')) ?? [];
  if (folder !== undefined) return !isWatched(folder);
  const text = readFileSync(file, 'utf8');
  return marks.every(mark => text.includes(mark));
}

function messageFor(file: string): string {
  return (
    `session-guard cannot observe the MongoDB driver in ${file}: it is bundled, or was loaded before or past the preload. ` +
    'Reduced coverage: no findings come from its clients. Keep mongodb external to the bundle (esbuild: --external:mongodb).'
  );
}
