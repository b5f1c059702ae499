/**
 * Makes the exit code 1, in a listener of `exit`. A later listener may call `process.exit(0)`, as Jest does under `--forceExit`:
 * Node then ends at once by `process.reallyExit`, which is there to be replaced for such a case.
 */
export function failExit(): void {
  process.exitCode = 1;
  const end: unknown = Reflect.get(process, 'reallyExit');
  if (typeof end !== 'function') return;
  Reflect.set(process, 'reallyExit', (code: unknown) => Reflect.apply(end, process, [code === 0 ? 1 : code]));
}
