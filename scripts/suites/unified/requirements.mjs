// @ts-check

/** Operations of the tests that the driver does not have. */
const missing = new Map([['mapReduce', 'the Node driver has no mapReduce since version 5']]);

/**
 * The server is a replica set.
 * @param {any} file
 * @param {any} test
 * @param {string} version  the server's
 * @returns {string | undefined}
 */
export function reasonNotToRun(file, test, version) {
  for (const { skipReason } of [file, test]) if (skipReason !== undefined) return skipReason;
  for (const { runOnRequirements } of [file, test]) {
    if (runOnRequirements === undefined) continue;
    const met = runOnRequirements.some((/** @type {any} */ one) => isMet(one, version));
    if (!met) return `server ${version} does not meet ${JSON.stringify(runOnRequirements)}`;
  }
  const name = test.operations
    .map((/** @type {any} */ one) => one.name)
    .find((/** @type {string} */ one) => missing.has(one));
  return name && missing.get(name);
}

/**
 * @param {{ minServerVersion?: string, maxServerVersion?: string, topologies?: string[] }} requirement
 * @param {string} version
 */
function isMet({ minServerVersion = '0', maxServerVersion = '999', topologies = ['replicaset'] }, version) {
  const [own, least, most] = [version, minServerVersion, maxServerVersion].map(numberOf);
  return topologies.includes('replicaset') && Number(own) >= Number(least) && Number(own) <= Number(most);
}

/** @param {string} version */
function numberOf(version) {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major * 1_000_000 + minor * 1000 + patch;
}
