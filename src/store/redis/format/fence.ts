import type { Fence } from '../../backend/fence.ts';
import { unescape, unescapeOptional } from './escape.ts';
import { misshapen } from './header.ts';

/** A fence is `generation|at|except`; the script that raises it writes it. */
export function fenceFrom(text: string): Fence | undefined {
  if (text === '') return undefined;
  const [generation, at, except] = text.split('|');
  if (generation === undefined || except === undefined || !Number.isFinite(Number(at))) throw misshapen();
  return { generation: unescape(generation), at: Number(at), except: unescapeOptional(except) };
}
