// @ts-check
// node scripts/api/report.mjs [--check]
// Writes the public API of each entry of the package to `api/<entry>.api.md`, from the types in `dist`. With `--check` it
// writes nothing, and ends with code 1 if a report differs from the checked-in file.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { entries } from '../package/entries.mjs';

const root = resolve(import.meta.dirname, '../..');
const check = process.argv.includes('--check');

const temporary = mkdtempSync(join(tmpdir(), 'session-guard-api-'));
try {
  const changed = entries
    .filter(({ output }) => !report(output, typesOf(output)))
    .map(({ subpath }) => subpath);
  if (changed.length > 0) {
    console.error(
      `The public API of ${changed.join(', ')} differs from its report in api/. If that is meant: npm run build && npm run api, and a line in CHANGELOG.md.`,
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

/**
 * The types for CommonJS; those for ES modules where the entry has nothing but a default export, which is the module itself in CommonJS.
 * @param {string} output
 */
function typesOf(output) {
  const types = join(root, `dist/${output}.d.cts`);
  return /^export = /m.test(readFileSync(types, 'utf8')) ? join(root, `dist/${output}.d.mts`) : types;
}

/**
 * @param {string} name
 * @param {string} types
 */
function report(name, types) {
  mkdirSync(join(root, 'api'), { recursive: true });
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: types,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            module: 'nodenext',
            moduleResolution: 'nodenext',
            target: 'es2023',
            skipLibCheck: true,
            types: ['node'],
          },
          files: [types],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(root, 'api'),
        reportTempFolder: temporary,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'package.json'),
  });
  const { apiReportChanged } = Extractor.invoke(config, {
    localBuild: !check,
    showVerboseMessages: false,
    messageCallback: quiet,
  });
  return !check || !apiReportChanged;
}

/** @param {{ handled: boolean }} message */
function quiet(message) {
  message.handled = true;
}
