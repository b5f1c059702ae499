import type { DocumentChanges } from '../../session/events.ts';
import { siteOf } from '../story.ts';
import { tokenError } from '../tokens.ts';
import type { Word, Words } from './word.ts';

function changesIn(text: string | undefined): DocumentChanges {
  const names = text === undefined ? [] : text.split(',');
  const paths = names.filter(name => name !== 'insert' && name !== 'delete');
  return { inserted: names.includes('insert'), deleted: names.includes('delete'), paths };
}

const save: Word = (story, token, args) => {
  const actor = story.actor(token);
  const number = args.required('the number of a document');
  if (!/^\d+$/.test(number)) throw tokenError(token, `a document is a number, not '${number}'.`);
  const sends = changesIn(args.value('sends'));
  const leavesOut = changesIn(args.value('leaves'));
  const site = siteOf(token);
  const what = { document: Number(number), model: 'Order', sends, leavesOut, site };
  story.tell({ ...story.of(actor), type: 'document.saved', ...what }, actor);
};

export const documentWords: Words = { save };
