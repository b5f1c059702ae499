/** ESLint has types of its own from 9.10 on. */
declare module 'eslint9' {
  export { Linter } from 'eslint';
}
