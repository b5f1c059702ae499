export { sessionStoreContract } from './contract.ts';
export type { ContractCase, ContractClock, StoreContractOptions } from './options.ts';
