import { describe, expect, it } from 'vitest';
import { charactersOf, weakOf } from '@/components/plate';

describe('a number plate', () => {
  it('has its gap behind province and letter', () => {
    const gaps = charactersOf({ text: '沪A12345', weak: [] }).map((c) => c.gap);
    expect(gaps).toEqual([false, true, false, false, false, false, false]);
  });

  it('marks the characters the camera was not sure of, counted from one', () => {
    const weak = charactersOf({ text: '皖N8B266', weak: [1, 5] }).filter((c) => c.weak);
    expect(weak.map((c) => c.text)).toEqual(['皖', '2']);
  });

  it('stays as it is when it is masked', () => {
    expect(charactersOf({ text: '沪A•••45', weak: [] }).some((c) => c.gap)).toBe(false);
  });

  it('is weak where a confidence is below the limit', () => {
    expect(weakOf([0.99, 0.79, 0.8, 0.2])).toEqual([2, 4]);
  });
});
