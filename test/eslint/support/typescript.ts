import * as parser from '@typescript-eslint/parser';

/** For `lint`: programs in TypeScript, without the types of other files. */
export const typescript = { language: { parser }, file: 'program.ts' };
