/** What a sealed text looks like; no JSON does. */
export const sealedForm = /^[\w-]{1,32}:[\w-]+$/;
