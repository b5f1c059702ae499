// @ts-check
import { styleText } from 'node:util';

const { NO_COLOR, TERM } = process.env;
const wanted = process.stdout.isTTY && !NO_COLOR && TERM !== 'dumb';

/** @param {Parameters<typeof styleText>[0]} style */
const paint = style => (/** @type {string} */ text) => (wanted ? styleText(style, text) : text);

export const bold = paint('bold');
export const dim = paint('gray');
export const good = paint('green');
export const bad = paint('red');
export const notice = paint('yellow');
export const path = paint('cyan');
