// @ts-check
import { Stage } from '../support/same-program/stage.ts';

const [driver, uri = '', db = ''] = process.argv.slice(2);
const stage = await Stage.open(driver === 'mongodb6' ? 'mongodb6' : 'mongodb', uri, db);

process.on('message', async asked => {
  try {
    process.send?.(
      await stage.play(/** @type {import('../support/same-program/steps.ts').Performance} */ (asked)),
    );
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
});
process.on('disconnect', async () => {
  await stage.close();
  process.exit();
});
process.send?.('ready');
