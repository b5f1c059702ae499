module.exports = { rootDir: __dirname, testMatch: ['**/*.spec.cjs'], cache: false, transform: {} };
