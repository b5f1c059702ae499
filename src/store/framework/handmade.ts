/** Generators make longer ones: `uid-safe` 32 characters, UUIDs 36, `nanoid` 21, the stores 40. */
const leastOfGenerators = 20;

/**
 * Whether an id is too short to be a secret that a generator has made. Only such a one may be given to a session that an application
 * makes as a plain object, as tests do: under a longer one there may have been a session that has ended, here or in another process.
 */
export function isHandmade(id: string): boolean {
  return id.length < leastOfGenerators;
}
