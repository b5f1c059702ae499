import timers from 'node:timers';

/**
 * Node's own timers, kept from when this package was loaded. The globals are the program's: its tests put others in their
 * place and run them until none is left, and where a browser is emulated they give numbers, which have no `unref`.
 */
export const { setInterval, clearInterval, setTimeout, clearTimeout, setImmediate } = timers;
