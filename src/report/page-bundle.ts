/**
 * The page's own code, as texts. This file is a stand-in: `scripts/report/page-plugin.mjs` puts in what it makes of `page/` when
 * the package is built and when the tests load it.
 */
export const pageParts = { markup: '', style: '', script: '' };
