/** The plain half of a test makes findings too, once its copy of the driver is observed: they would drown the report. */
export function silenceWarnings(): void {
  process.removeAllListeners('warning');
}
