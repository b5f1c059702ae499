// @ts-check
import { bold, dim, path } from './colors.mjs';
import { pathInRepository } from './repository.mjs';
import { cut, number, wrap } from './text.mjs';

/** @param {import('session-guard').Finding} finding */
export function printFinding({ rule, message, place, count }) {
  console.log();
  for (const line of wrap(`${rule}: ${message}`, '    ')) console.log(line.replace(rule, bold(rule)));
  if (place === undefined) return;
  const times = count > 1 ? dim(`  (${number(count)} times, reported once)`) : '';
  console.log(`    at ${path(`${pathInRepository(place.file)}:${place.line}`)}${times}`);
  for (const line of place.codeFrame?.split('\n') ?? []) {
    console.log(`      ${line.startsWith('>') ? cut(line, 94) : dim(cut(line, 94))}`);
  }
}
