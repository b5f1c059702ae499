// @ts-check

/** From the bottom up: a folder of a layer may import from lower layers, and from its own. */
const guard = [
  ['events'],
  ['rules', 'stack'],
  ['scope'],
  ['findings'],
  ['runtime'],
  ['attribution'],
  ['driver'],
  ['mongoose'],
  ['trace'],
  ['manager', 'register'],
];

const store = [
  ['backend', 'errors.ts'],
  ['options', 'audit', 'requests', 'memory'],
  ['ids'],
  ['crypto'],
  ['data'],
  ['sessions'],
  ['operations'],
  ['api'],
  ['redis', 'mongodb', 'dynamodb', 'index.ts'],
  ['frameworks'],
];

const eslint = [['syntax'], ['parts'], ['fixes'], ['rules'], ['registry.ts', 'index.ts']];

const eslintParts = [
  ['sessions'],
  ['clients'],
  ['operations.ts', 'client-options.ts', 'define-rule.ts'],
  ['transactions'],
  ['promises'],
];

/** Of all of `src`. What two products share is below both. */
const products = [
  ['errors'],
  ['platform'],
  ['dynamodb'],
  ['guard'],
  ['services', 'store', 'langgraph', 'report', 'eslint'],
  ['index.ts', 'register.ts', 'for-bundlers.ts', 'cli'],
  ['testing'],
];

/**
 * @param {string} folder
 * @param {readonly (readonly string[])[]} layers
 */
function upward(folder, layers) {
  return layers.slice(0, -1).map((folders, level) => ({
    name: `${folder}: ${folders.join(', ')}`,
    comment: `A file of these may not import from above: ${layers
      .slice(level + 1)
      .flat()
      .join(', ')}.`,
    severity: 'error',
    from: { path: `^${folder}/(${folders.join('|')})(/|$)` },
    to: {
      path: `^${folder}/(${layers
        .slice(level + 1)
        .flat()
        .join('|')})(/|$)`,
    },
  }));
}

export default {
  forbidden: [
    {
      name: 'no circle',
      comment: 'Files that import each other, types included: neither can be read without the other.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...upward('src', products),
    ...upward('src/guard', guard),
    ...upward('src/store', store),
    ...upward('src/eslint', eslint),
    ...upward('src/eslint/parts', eslintParts),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    includeOnly: '^src/',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
