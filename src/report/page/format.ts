import type { OperationRow, RequestRow, SessionRow } from '../data/report-data.ts';

/** `0.42 ms`, `83 ms`, `1.25 s`, `4 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(2))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(2))} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Made once: making one takes longer than a whole row of the timeline. */
const formats = {
  time: new Intl.DateTimeFormat([], {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }),
  shortDay: new Intl.DateTimeFormat([], { month: 'short', day: 'numeric' }),
  day: new Intl.DateTimeFormat([], { year: 'numeric', month: 'long', day: 'numeric' }),
  number: new Intl.NumberFormat(),
};

/** The time of day, with the day if that is not the first of the run; or the time since the start, if no time of day is known. */
export function moment(at: number, start: number, withMS = false): string {
  const time = new Date(start + at);
  if (start === 0 || Number.isNaN(time.getTime())) return `+${duration(Math.max(0, at))}`;
  const text = formats.time.format(time);
  const isFirstDay = time.toDateString() === new Date(start).toDateString();
  const date = isFirstDay ? '' : `${formats.shortDay.format(time)} `;
  return `${date}${text}${withMS ? `.${String(time.getMilliseconds()).padStart(3, '0')}` : ''}`;
}

export function day(start: number): string {
  return start === 0 || Number.isNaN(new Date(start).getTime()) ? '' : formats.day.format(start);
}

/** `12,345` */
export function numeral(number: number): string {
  return formats.number.format(number);
}

export function count(number: number, noun: string): string {
  return `${numeral(number)} ${noun}${number === 1 ? '' : 's'}`;
}

export function times(number: number): string {
  return number === 1 ? 'once' : `${numeral(number)} times`;
}

/** `routes/orders.js:14` of `/app/src/routes/orders.js:14:5`: many folders have a file of the same name. */
export function longPlace(place: string): string {
  const parts = place.replace(/:\d+$/, '').split(/[/\\]/);
  return parts.slice(-2).join('/');
}

/** `orders.js:14` of `/app/src/orders.js:14:5`. */
export function shortPlace(place: string): string {
  const path = place.replace(/:\d+$/, '');
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

export function routeOf(request: RequestRow | undefined): string {
  return [request?.method, request?.route].filter(part => part !== undefined).join(' ');
}

export function operationName({ command, namespace }: OperationRow): string {
  return namespace === undefined ? command : `${command} ${namespace.slice(namespace.indexOf('.') + 1)}`;
}

/** What a session is called in the list: its request, its transaction, or its number. */
export function sessionTitle(session: SessionRow, request: RequestRow | undefined): string {
  const name = session.transactions.find(transaction => transaction.name !== undefined)?.name;
  const route = routeOf(request);
  if (route !== '') return request?.id === undefined ? route : `${route} #${request.id}`;
  return name ?? (session.place === undefined ? `Session ${session.number}` : shortPlace(session.place));
}
