import type { TrafficBucket } from '@/api/admin_types';

export interface TrafficRow {
  key: string; // when, or which lane
  in: number;
  out: number;
  other: number;
  denied: number;
}

// Sums of the buckets that have the same key, in the order of the keys.
export function sumBy(buckets: TrafficBucket[], keyOf: (bucket: TrafficBucket) => string): TrafficRow[] {
  const rows = new Map<string, TrafficRow>();
  for (const bucket of buckets) {
    const key = keyOf(bucket);
    const row = rows.get(key) ?? { key, in: 0, out: 0, other: 0, denied: 0 };
    row.in += bucket.in;
    row.out += bucket.out;
    row.other += bucket.other ?? 0;
    row.denied += bucket.denied;
    rows.set(key, row);
  }
  return [...rows.values()].sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
}

// With a row of nothing for each hour or day in which nobody came: a night is seen as one.
export function withGaps(rows: TrafficRow[], span: { from: string; to: string }, by: 'hour' | 'day'): TrafficRow[] {
  if (rows.length === 0) return [];
  const known = new Map(rows.map((row) => [Date.parse(row.key), row]));
  const [first, end, step] = [Date.parse(span.from), Date.parse(span.to), by === 'hour' ? 3_600_000 : 86_400_000];
  return Array.from({ length: (end - first) / step }, (_, at) => {
    const time = first + at * step;
    return known.get(time) ?? { key: new Date(time).toISOString(), in: 0, out: 0, other: 0, denied: 0 };
  });
}

// The first moment of a day or month of the estate, and of the one after it, in Beijing's time.
export function spanOfDay(day: string): { from: string; to: string } {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return { from: `${day}T00:00:00+08:00`, to: `${next}T00:00:00+08:00` };
}

export function spanOfMonth(month: string): { from: string; to: string } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
  return { from: `${month}-01T00:00:00+08:00`, to: `${next}-01T00:00:00+08:00` };
}
