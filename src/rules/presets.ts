import type { RuleMeta, Severity } from './rule.ts';

/**
 * `recommended`: findings are reported, nothing is refused. `strict`: a `correctness` finding rejects the call that is at
 * fault (for tests). `off`: no findings; protection goes on.
 */
export type Preset = 'recommended' | 'strict' | 'off';

export const presets: { readonly [P in Preset]: (meta: RuleMeta) => Severity } = {
  recommended: meta => meta.recommended,
  strict: meta => (meta.category === 'correctness' ? 'error' : meta.recommended),
  off: () => 'off',
};
