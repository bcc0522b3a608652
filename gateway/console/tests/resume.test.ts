import { describe, expect, it } from 'vitest';
import type { Event, StreamFrame } from '@/api/types';
import { Resume } from '@/live/resume';

const event = (seq: number): StreamFrame => ({ kind: 'event', event: { seq } as Event });
const hello = (last_seq: number): StreamFrame => ({ kind: 'hello', last_seq, server_time: '' });

describe('the stream', () => {
  it('begins at the journal’s end and goes on where it was', () => {
    const resume = new Resume();
    expect(resume.query()).toBe('');
    resume.take(hello(7));
    expect(resume.query()).toBe('?after=7');
    resume.take(event(8));
    expect(resume.query()).toBe('?after=8');
  });

  it('takes what is sent twice once', () => {
    const resume = new Resume();
    resume.take(hello(7));
    expect(resume.take(event(8))?.seq).toBe(8);
    expect(resume.take(event(8))).toBeNull();
    expect(resume.take(event(5))).toBeNull();
  });

  it('keeps its place over a second hello and skips what was deleted', () => {
    const resume = new Resume();
    resume.take(hello(7));
    resume.take(hello(20));
    expect(resume.query()).toBe('?after=7');
    resume.take({ kind: 'gap', from: 8, to: 15 });
    expect(resume.query()).toBe('?after=15');
  });

  it('follows a gateway whose journal has begun anew', () => {
    const resume = new Resume();
    resume.take(hello(5000));
    resume.take(hello(3));
    expect(resume.take(event(4))?.seq).toBe(4);
  });

  it('comes back later and later, never later than half a minute, and at once after it has worked', () => {
    const resume = new Resume();
    const delays = Array.from({ length: 8 }, () => resume.delay(1));
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(resume.delay(0)).toBe(15_000);
    resume.take(hello(1));
    expect(resume.delay(1)).toBe(1000);
  });
});
