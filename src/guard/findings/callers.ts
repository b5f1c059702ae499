import { remembering } from '../../platform/bounded.ts';
import type { Report, RuleMeta } from '../rules/engine/rule.ts';
import type { Site } from '../events/events.ts';
import { type Place, placeOf, userFrames } from '../stack/place.ts';
import type { Frame } from '../stack/stack.ts';

/** How many layers above a place are followed. */
const most = 3;

/** Words in the names of files, folders and classes that serve a whole application. */
const genericWords = new Set([
  'abstract',
  'adapter',
  'adapters',
  'base',
  'common',
  'crud',
  'dal',
  'dao',
  'daos',
  'database',
  'db',
  'gateway',
  'gateways',
  'generic',
  'helper',
  'helpers',
  'middleware',
  'middlewares',
  'mixin',
  'mixins',
  'persistence',
  'plugin',
  'plugins',
  'repo',
  'repos',
  'repositories',
  'repository',
  'shared',
  'uow',
  'util',
  'utilities',
  'utility',
  'utils',
  'wrapper',
  'wrappers',
]);

/**
 * The callers of the place of a misuse, if the place alone says little: a generic repository, a plugin, or any file that got
 * the session from another file. Innermost first, one for each file, up to the first caller that is not such a layer.
 */
export function callersOf({ category }: RuleMeta, report: Report, at: Place | undefined): readonly Place[] {
  // A fault in the options of a client does not depend on the code that asked for the client.
  if (at === undefined || category === 'config') return [];
  const frames = userFrames(placeOf(report.site) === undefined ? report.nearby : report.site);
  const own = frames.findIndex(({ file, line }) => file === at.file && line === at.line);
  const frame = frames[own];
  if (frame === undefined || !isLayer(frame, report.startedAt)) return [];
  return layersAbove(frame, frames.slice(own + 1)).map(({ file, line, column }) => ({ file, line, column }));
}

function isLayer(frame: Frame, startedAt: Site | undefined): boolean {
  if (isGeneric(frame)) return true;
  const started = placeOf(startedAt);
  return started !== undefined && started.file !== frame.file;
}

function layersAbove(place: Frame, outer: readonly Frame[]): Frame[] {
  const layers: Frame[] = [];
  let { file } = place;
  for (const frame of outer) {
    if (frame.file === file || frame.file === place.file) continue;
    layers.push(frame);
    if (layers.length === most || !isGeneric(frame)) break;
    file = frame.file;
  }
  return layers;
}

/** Decided by the names of the frame's file and folder, and of the class that its function belongs to. */
function isGeneric({ file, name = '' }: Frame): boolean {
  const path = file.replaceAll('\\', '/').split('/').slice(-2).join('/');
  const owner = name.slice(0, Math.max(0, name.lastIndexOf('.')));
  return hasGenericWord(`${path} ${owner}`);
}

/** The same names come with each occurrence of a misuse. */
const hasGenericWord = remembering(500, (names: string) =>
  wordsOf(names).some(word => genericWords.has(word)),
);

/** `BaseRepository` and `base-repository.ts` have the same words. */
function wordsOf(text: string): string[] {
  return text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
}
