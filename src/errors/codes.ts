/** Every error code of the package. A code is never reused; `docs/errors.md` has a section for each, which a test checks. */
export const codes = {
  invalidArgument: 'ERR_SESSION_GUARD_INVALID_ARGUMENT',
  invalidOption: 'ERR_SESSION_GUARD_INVALID_OPTION',
  unknownRule: 'ERR_SESSION_GUARD_UNKNOWN_RULE',
  finding: 'ERR_SESSION_GUARD_FINDING',
  driverMissing: 'ERR_SESSION_GUARD_DRIVER_MISSING',
  closed: 'ERR_SESSION_GUARD_CLOSED',
  expiredSession: 'ERR_SESSION_GUARD_EXPIRED_SESSION',
  attemptOver: 'ERR_SESSION_GUARD_ATTEMPT_OVER',
  endedInHelper: 'ERR_SESSION_GUARD_ENDED_IN_HELPER',
  foreignSession: 'ERR_SESSION_GUARD_FOREIGN_SESSION',
  nestedTransaction: 'ERR_SESSION_GUARD_NESTED_TRANSACTION',
  afterCommit: 'ERR_SESSION_GUARD_AFTER_COMMIT',
  timeout: 'ERR_SESSION_GUARD_TIMEOUT',
  transactionsUnsupported: 'ERR_SESSION_GUARD_TRANSACTIONS_UNSUPPORTED',
  notClean: 'ERR_SESSION_GUARD_NOT_CLEAN',
  noServer: 'ERR_SESSION_GUARD_NO_SERVER',
  storeUnavailable: 'ERR_SESSION_GUARD_STORE_UNAVAILABLE',
  storeTimeout: 'ERR_SESSION_GUARD_STORE_TIMEOUT',
  storeSetUp: 'ERR_SESSION_GUARD_STORE_SET_UP',
  storeConflict: 'ERR_SESSION_GUARD_STORE_CONFLICT',
  storeLogInFenced: 'ERR_SESSION_GUARD_STORE_LOG_IN_FENCED',
  storeUnstorable: 'ERR_SESSION_GUARD_STORE_UNSTORABLE',
  storeTooLarge: 'ERR_SESSION_GUARD_STORE_TOO_LARGE',
  storeUnreadable: 'ERR_SESSION_GUARD_STORE_UNREADABLE',
  storeIdTaken: 'ERR_SESSION_GUARD_STORE_ID_TAKEN',
  storeEnded: 'ERR_SESSION_GUARD_STORE_ENDED',
  storeUserChanged: 'ERR_SESSION_GUARD_STORE_USER_CHANGED',
  checkpointConfig: 'ERR_SESSION_GUARD_CHECKPOINT_CONFIG',
  checkpointSetUp: 'ERR_SESSION_GUARD_CHECKPOINT_SET_UP',
  checkpointTimeout: 'ERR_SESSION_GUARD_CHECKPOINT_TIMEOUT',
  checkpointUnstorable: 'ERR_SESSION_GUARD_CHECKPOINT_UNSTORABLE',
  checkpointUnreadable: 'ERR_SESSION_GUARD_CHECKPOINT_UNREADABLE',
  checkpointThreadDeleted: 'ERR_SESSION_GUARD_CHECKPOINT_THREAD_DELETED',
  checkpointAncestorGone: 'ERR_SESSION_GUARD_CHECKPOINT_ANCESTOR_GONE',
} as const;

export type ErrorCode = (typeof codes)[keyof typeof codes];

/** Codes of process warnings that are about the guard itself; a finding's warning has `SESSION_GUARD_` and its rule. */
export const warningCodes = {
  reducedCoverage: 'SESSION_GUARD_REDUCED_COVERAGE',
  observationFailed: 'SESSION_GUARD_OBSERVATION_FAILED',
  ruleFailed: 'SESSION_GUARD_RULE_FAILED',
  sinkFailed: 'SESSION_GUARD_SINK_FAILED',
  callbackFailed: 'SESSION_GUARD_CALLBACK_FAILED',
  secondManager: 'SESSION_GUARD_SECOND_MANAGER',
  sharedOptions: 'SESSION_GUARD_SHARED_OPTIONS',
  userChanged: 'SESSION_GUARD_USER_CHANGED',
  lateLogIn: 'SESSION_GUARD_LATE_LOG_IN',
  checkpointLeftOut: 'SESSION_GUARD_CHECKPOINT_LEFT_OUT',
  storeLifeCut: 'SESSION_GUARD_STORE_LIFE_CUT',
  timeToLiveOff: 'SESSION_GUARD_TIME_TO_LIVE_OFF',
  evictionUnknown: 'SESSION_GUARD_EVICTION_UNKNOWN',
} as const;

export type WarningCode = (typeof warningCodes)[keyof typeof warningCodes];
