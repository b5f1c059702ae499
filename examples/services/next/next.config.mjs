/** @type {import('next').NextConfig} */
export default {
  // Loaded as it is installed: from inside a bundle, findings would name the guard's own lines.
  serverExternalPackages: ['session-guard'],
};
