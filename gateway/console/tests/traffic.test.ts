import { describe, expect, it } from 'vitest';
import { spanOfDay, spanOfMonth, sumBy, withGaps } from '@/components/admin/traffic';

const bucket = (from: string, lane: string, count: number) => ({ from, lane, kind: 'vehicle' as const, in: count, out: 1, other: 0, denied: 0 });

describe('traffic', () => {
  it('is summed over lanes hour by hour, in the order of time', () => {
    const rows = sumBy([bucket('08', 'east', 2), bucket('07', 'east', 1), bucket('08', 'west', 3)], (each) => each.from);
    expect(rows).toEqual([
      { key: '07', in: 1, out: 1, other: 0, denied: 0 },
      { key: '08', in: 5, out: 2, other: 0, denied: 0 },
    ]);
  });
});

describe('a day with gaps', () => {
  it('has all its hours, and none where nobody came at all', () => {
    const row = { key: '2026-12-31T08:00:00+08:00', in: 2, out: 1, other: 0, denied: 0 };
    const rows = withGaps([row], spanOfDay('2026-12-31'), 'hour');
    expect(rows).toHaveLength(24);
    expect(rows[8]).toBe(row);
    expect(rows[7]).toEqual({ key: '2026-12-30T23:00:00.000Z', in: 0, out: 0, other: 0, denied: 0 });
    expect(withGaps([], spanOfDay('2026-12-31'), 'hour')).toEqual([]);
  });
});

describe('a span of the estate’s calendar', () => {
  it('ends where the next day or month begins', () => {
    expect(spanOfDay('2026-12-31')).toEqual({ from: '2026-12-31T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00' });
    expect(spanOfMonth('2026-12').to).toBe('2027-01-01T00:00:00+08:00');
    expect(spanOfMonth('2026-02')).toEqual({ from: '2026-02-01T00:00:00+08:00', to: '2026-03-01T00:00:00+08:00' });
  });
});
