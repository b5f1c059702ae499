// @ts-check

/** @param {string} text */
const escaped = text => text.replaceAll(/[&<>"']/g, sign => `&#${sign.codePointAt(0)};`);

/** @param {string} body */
const page = body =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Devices</title><body>${body}</body></html>`;

/** @param {{ csrf: string, failed?: boolean }} options */
export function logInPage({ csrf, failed = false }) {
  return page(`<h1>Log in</h1>${failed ? '<p role="alert">Name or password is wrong.</p>' : ''}
<form method="post" action="/log-in"><input type="hidden" name="csrf" value="${csrf}">
<label>Name <input name="name" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Log in</button></form>`);
}

/**
 * @param {object} options
 * @param {string} options.user
 * @param {string} options.csrf
 * @param {string | undefined} options.own  the handle of the session that asks
 * @param {readonly import('session-guard/store').SessionInfo[]} options.devices
 */
export function devicesPage({ user, csrf, own, devices }) {
  /** @param {import('session-guard/store').SessionInfo} device */
  const row = ({ handle, device = 'Unknown device', lastSeenAt }) =>
    `<li>${escaped(device)}, last seen ${new Date(lastSeenAt).toISOString()} ${
      handle === own ? '(this device)' : button('/log-out-one', 'Log out', csrf, handle)
    }</li>`;
  return page(`<h1>Hello ${escaped(user)}</h1><ul>${devices.map(row).join('')}</ul>
${button('/log-out', 'Log out', csrf)}${button('/log-out-everywhere', 'Log out everywhere', csrf)}`);
}

/**
 * @param {string} action
 * @param {string} label
 * @param {string} csrf
 * @param {string} [handle]
 */
function button(action, label, csrf, handle = '') {
  return `<form method="post" action="${action}"><input type="hidden" name="csrf" value="${csrf}">
<input type="hidden" name="handle" value="${escaped(handle)}"><button>${label}</button></form>`;
}
