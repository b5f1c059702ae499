/** @type {import('next').NextConfig} */
export default {
  // Loaded as it is installed, not as a part of a bundle: findings name your lines, and a reload keeps the pool.
  serverExternalPackages: ['session-guard'],
};
