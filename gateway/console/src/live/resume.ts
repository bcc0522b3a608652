import type { Event, StreamFrame } from '@/api/types';

// What the stream remembers between two connections: up to where it has seen the journal, and how often it failed to
// connect. Without a clock and without a socket, so that it can be tested.
export class Resume {
  lastSeq: number | null = null;
  failures = 0;

  // The event of a frame, unless it was seen before: what is sent again after a reconnection counts once.
  take(frame: StreamFrame): Event | null {
    this.failures = 0;
    if (frame.kind === 'hello' && this.lastSeq === null) this.lastSeq = frame.last_seq;
    // A gateway that has less than we have seen was set up anew: it is followed from its own end.
    if (frame.kind === 'hello' && this.lastSeq !== null && frame.last_seq < this.lastSeq) this.lastSeq = frame.last_seq;
    if (frame.kind === 'gap') this.lastSeq = Math.max(this.lastSeq ?? 0, frame.to);
    if (frame.kind !== 'event') return null;
    if (this.lastSeq !== null && frame.event.seq <= this.lastSeq) return null;
    this.lastSeq = frame.event.seq;
    return frame.event;
  }

  query(): string {
    return this.lastSeq === null ? '' : `?after=${this.lastSeq}`;
  }

  // Half a second to thirty, doubled with each failure and scattered: fifty screens must not come back together.
  delay(random: number): number {
    const limit = Math.min(30_000, 1000 * 2 ** this.failures);
    this.failures += 1;
    return Math.round(limit * (0.5 + random / 2));
  }
}
