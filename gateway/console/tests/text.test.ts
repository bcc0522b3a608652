import { describe, expect, it } from 'vitest';
import { clockText, countdownText, fromField, fullText, spanOf, toField } from '@/components/time';
import { filterOf, formOf, queryOf } from '@/components/search/filter';

describe('times', () => {
  it('are Beijing’s whatever the computer says', () => {
    expect(fullText('2026-01-01T16:30:05Z')).toBe('2026-01-02 00:30:05');
    expect(clockText('2026-01-01T00:00:00+08:00')).toBe('00:00:00');
    expect(fromField('2026-01-02T00:30')).toBe('2026-01-02T00:30:00+08:00');
    expect(toField('2026-01-01T16:30:05Z')).toBe('2026-01-02T00:30');
  });

  it('count down in minutes and seconds and end at nought', () => {
    expect(countdownText(249_000)).toBe('4:09');
    expect(countdownText(3_723_000)).toBe('1:02:03');
    expect(countdownText(-5)).toBe('0:00');
  });

  it('have one number and one unit', () => {
    expect([59_000, 61_000, 7_200_000, 200_000_000].map((ms) => spanOf(ms))).toEqual([
      { unit: 'seconds', n: 59 }, { unit: 'minutes', n: 1 }, { unit: 'hours', n: 2 }, { unit: 'days', n: 2 },
    ]);
  });
});

describe('a search', () => {
  it('sends a plate without the blanks and dots people write', () => {
    const form = { ...formOf({}), q: ' 沪a·123 45 ', from: '2026-01-01T08:00' };
    expect(filterOf(form)).toMatchObject({ q: '沪A12345', fuzzy: 1, from: '2026-01-01T08:00:00+08:00', lane: undefined });
  });

  it('survives in the page’s address', () => {
    const form = { ...formOf({}), q: '沪A', fuzzy: false, lane: 'east', kind: 'vehicle' as const };
    expect(formOf(queryOf(form))).toEqual(form);
  });
});

describe('words', () => {
  const files = import.meta.glob<unknown>('../src/i18n/*/*.json', { eager: true, import: 'default' });
  const keysOf = (value: unknown, path = ''): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, inner]) => keysOf(inner, `${path}.${name}`))
      : [path];
  const chinese = Object.keys(files).filter((path) => path.includes('/zh-CN/'));

  it.each(chinese)('of %s are there in both languages', (path) => {
    expect(keysOf(files[path.replace('/zh-CN/', '/en/')]).sort()).toEqual(keysOf(files[path]).sort());
  });
});
