import { processWide } from './process-wide.ts';

/** Tells the collections of a client (`database.collection`) that a library is building in the background. */
type Builder = (client: object) => readonly string[];

const builders = processWide('builders', () => new Set<Builder>());

export function addBuilder(builder: Builder): void {
  builders.add(builder);
}

export function buildsOn(client: object): ReadonlySet<string> {
  return new Set([...builders].flatMap(builder => builder(client)));
}
