import { preload } from './guard/register/preload.ts';

/** `node --import session-guard/register app.js`, or `-r`, or by `NODE_OPTIONS`: see `docs/preload.md`. */
preload(process.env);
