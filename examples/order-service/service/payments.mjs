// @ts-check
import { setTimeout } from 'node:timers/promises';

export class CardDeclined extends Error {
  /** @override */
  name = 'CardDeclined';
}

/** @param {string} card */
export function checkCard(card) {
  if (card === 'expired') throw new CardDeclined('The card has expired.');
}

/** @param {string} card */
export async function charge(card) {
  await setTimeout(10);
  if (card === 'declined') throw new CardDeclined('The bank has declined the card.');
}
