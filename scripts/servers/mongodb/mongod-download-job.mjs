// @ts-check
// The process that `mongod-download.mjs` starts: downloads into a folder, answers with the path or the error.
import { MongoBinary } from 'mongodb-memory-server-core';

const [folder, version] = process.argv.slice(2);
if (folder === undefined || version === undefined) throw new Error('usage: <folder> <version>');

// Without retries: they are for a host with short failures, and the caller has other ways.
process.env['MONGOMS_MAX_RETRIES'] ??= '1';
// It runs the downloaded program, so certificates are always checked, whatever npm's own setting says.
process.env['npm_config_strict_ssl'] = 'true';
// The wish for a system binary was asked before; here it would end in that binary again.
delete process.env['MONGOMS_SYSTEM_BINARY'];
process.env['MONGOMS_DOWNLOAD_DIR'] = folder;

try {
  process.send?.({ path: await MongoBinary.getPath({ downloadDir: folder, version }) });
} catch (error) {
  process.send?.({ error: error instanceof Error ? error.message : String(error) });
}
