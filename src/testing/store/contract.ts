import { arithmeticCases } from './cases/arithmetic.ts';
import { authenticationCases } from './cases/authentication.ts';
import { expiryCases } from './cases/expiry.ts';
import { revocationCases } from './cases/revocation.ts';
import { fieldCases } from './cases/fields.ts';
import { Ground } from './support/ground.ts';
import { halfDoneCases } from './cases/half-done.ts';
import { mergingCases } from './cases/merging.ts';
import { operationCases } from './cases/operations.ts';
import { checkContractOptions, type ContractCase, type StoreContractOptions } from './options.ts';
import { raceCases } from './races/races.ts';
import { refreshCases } from './cases/refresh.ts';
import { rotationCases } from './cases/rotation.ts';
import { sealingCases } from './cases/sealing.ts';
import { slidingCases } from './cases/sliding.ts';
import { storageCases } from './cases/storage.ts';
import { userKeySecretCases } from './cases/user-key-secrets.ts';
import { userCases } from './cases/users.ts';

const topics = [
  operationCases,
  arithmeticCases,
  expiryCases,
  refreshCases,
  slidingCases,
  fieldCases,
  mergingCases,
  raceCases,
  revocationCases,
  rotationCases,
  authenticationCases,
  halfDoneCases,
  userCases,
  userKeySecretCases,
  sealingCases,
  storageCases,
];

/**
 * The test suite for a back end of the session stores: for any test runner, one test for each case.
 * The cases share the storage, and leave their data in it. They run one after another if `clock` is given.
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION
 * @example
 * ```ts no-run
 * import { memoryBackend } from 'session-guard/store';
 * import { sessionStoreContract } from 'session-guard/testing/store';
 * import { test } from 'vitest';
 *
 * const storage = memoryBackend();
 * for (const { title, run } of sessionStoreContract({ backend: () => storage })) test(title, run);
 * ```
 */
export function sessionStoreContract(options: StoreContractOptions): readonly ContractCase[] {
  const ground = new Ground(checkContractOptions(options));
  return topics.flatMap(casesOf => casesOf(ground));
}
