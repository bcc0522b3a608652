// Times as the people of the estate read them: always Beijing's, whatever the computer's clock says.
const zone = 'Asia/Shanghai';

function format(at: string | number | Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('zh-CN', { timeZone: zone, hourCycle: 'h23', ...options }).format(new Date(at));
}

const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const minute = { hour: '2-digit', minute: '2-digit' } as const;

export const dayText = (at: string | number | Date): string => format(at, day).replaceAll('/', '-');
export const clockText = (at: string | number | Date): string => format(at, { ...minute, second: '2-digit' });
export const minuteText = (at: string | number | Date): string => format(at, minute);
export const fullText = (at: string | number | Date): string => `${dayText(at)} ${clockText(at)}`;

// The clock alone for what happened today, else with its day.
export function shortText(at: string | number | Date, now: number): string {
  return dayText(at) === dayText(now) ? clockText(at) : `${dayText(at).slice(5)} ${minuteText(at)}`;
}

export interface Span {
  unit: 'seconds' | 'minutes' | 'hours' | 'days';
  n: number;
}

// One number and a unit: nobody needs the seconds of an hour.
export function spanOf(ms: number): Span {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return { unit: 'seconds', n: seconds };
  if (seconds < 3600) return { unit: 'minutes', n: Math.floor(seconds / 60) };
  if (seconds < 48 * 3600) return { unit: 'hours', n: Math.floor(seconds / 3600) };
  return { unit: 'days', n: Math.floor(seconds / 86_400) };
}

// "4:09", "1:02:03": what is left, for a countdown that a glance can read.
export function countdownText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

// What a datetime-local field says, which is Beijing's time, as RFC 3339, and back.
export const fromField = (text: string): string | undefined => (text ? `${text.length === 16 ? `${text}:00` : text}+08:00` : undefined);
export const toField = (at: string | number | Date): string => `${dayText(at)}T${minuteText(at)}`;
