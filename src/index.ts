export { codes, type ErrorCode } from './errors/codes.ts';
export { SessionGuardError, SessionGuardTimeoutError } from './errors/errors.ts';
export { onFinding } from './guard/runtime/process/shared-state.ts';
export { ConnectionManager } from './guard/manager/connection-manager.ts';
export type { ManagerEvents, SessionSummary } from './guard/manager/events.ts';
export type { TransactionSummary } from './guard/runtime/transaction/transaction-summary.ts';
export type { ManagerHealth } from './guard/manager/health.ts';
export { keep } from './guard/manager/keep.ts';
export type { ConnectionManagerOptions, GuardOptions } from './guard/manager/options/options.ts';
export { type Profile, type ProfileOptions, profiles } from './guard/manager/options/profiles.ts';
export { type ProcessStats, processStats } from './guard/manager/process-stats.ts';
export type { ManagerStats } from './guard/manager/stats.ts';
export type { Txn, TxnCallback } from './guard/manager/transaction/txn.ts';
export type { SerializeBy, WithTxnOptions } from './guard/manager/options/txn-options.ts';
export type { RequestContext } from './guard/events/request-context.ts';
export type { Logger } from './guard/findings/sinks/logger.ts';
export type { ScopeOptions } from './guard/runtime/request/scope.ts';
export type { Finding, FindingListener, FindingPlace } from './guard/findings/finding.ts';
export type { Palette } from './guard/findings/colors.ts';
export { formatFinding } from './guard/findings/format-text.ts';
export type { Place } from './guard/stack/place.ts';
export type { RuleSetting, RuleSettings, RulesOption } from './guard/rules/engine/configure.ts';
export type { OptionNames, OptionsOf } from './guard/rules/engine/options-by-rule.ts';
export type { Category, RuleOptions, Severity } from './guard/rules/engine/rule.ts';
export type { RuleId } from './guard/rules/engine/rule-id.ts';
export { allow, outsideTxn, scope } from './guard/runtime/request/scope.ts';
export { trackWork } from './guard/runtime/tracking/trackers.ts';
export type {
  Failed,
  FindingSubject,
  OperationTrack,
  Retry,
  SessionTrack,
  TrackedClient,
  TrackedOperation,
  TrackedTransaction,
  TransactionEnd,
  TransactionOutcome,
  TransactionTrack,
  Wait,
  WaitReason,
  WorkTracker,
} from './guard/runtime/tracking/work-tracker.ts';
export type { SessionGuardEvent } from './guard/events/events.ts';
export { type GracefulStop, gracefulStop, type StopReport } from './services/stop/graceful-stop.ts';
export type { GracefulStopOptions } from './services/stop/options.ts';
export type { Application, Stoppable } from './services/stop/servers.ts';
export type { HttpServer } from './services/stop/http-drain.ts';
export type { SessionGuardWarning } from './guard/findings/sinks/console.ts';
