import { arithmeticCases } from './arithmetic.ts';
import { checkContractOptions } from './check-options.ts';
import { expiryCases } from './expiry.ts';
import { fenceCases } from './fence.ts';
import { fieldCases } from './fields.ts';
import { Ground } from './ground.ts';
import { halfDoneCases } from './half-done.ts';
import { mergingCases } from './merging.ts';
import { operationCases } from './operations.ts';
import type { ContractCase, StoreContractOptions } from './options.ts';
import { raceCases } from './races.ts';
import { refreshCases } from './refresh.ts';
import { rotationCases } from './rotation.ts';
import { sealingCases } from './sealing.ts';
import { slidingCases } from './sliding.ts';
import { storageCases } from './storage.ts';
import { tagKeyCases } from './tag-keys.ts';
import { userCases } from './users.ts';

const topics = [
  operationCases,
  arithmeticCases,
  expiryCases,
  refreshCases,
  slidingCases,
  fieldCases,
  mergingCases,
  raceCases,
  fenceCases,
  rotationCases,
  halfDoneCases,
  userCases,
  tagKeyCases,
  sealingCases,
  storageCases,
];

/**
 * What a back end of the session stores has to pass: for any test runner, each case a test.
 *
 * ```ts
 * for (const { title, run } of sessionStoreContract({ backend: () => myBackend(client) })) test(title, run);
 * ```
 * The cases share the storage, and leave in it what they have made. They run one after another where `clock` is given.
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION
 */
export function sessionStoreContract(options: StoreContractOptions): readonly ContractCase[] {
  const ground = new Ground(checkContractOptions(options));
  return topics.flatMap(casesOf => casesOf(ground));
}
