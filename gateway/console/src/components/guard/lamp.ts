import type { Device, Upstream } from '@/api/types';
import type { Lamp } from '@/components/StateLamp.vue';

// Green only for what has been proven lately; what nobody has heard of is grey, never green.
export const proof_max = 15 * 60_000;

export interface DeviceLamp {
  state: Lamp;
  word: 'off' | 'down' | 'silent' | 'unknown' | 'unproven' | 'clock' | 'proven'; // guard.health.device.<word>
}

const latest = (...times: (string | undefined)[]): number =>
  Math.max(...times.map((time) => (time ? Date.parse(time) : Number.NEGATIVE_INFINITY)));

export function lampOfDevice(device: Device, now: number): DeviceLamp {
  if (!device.enabled) return { state: 'unknown', word: 'off' };
  if (device.link === 'down') return { state: 'bad', word: 'down' };
  if (device.link === 'silent') return { state: 'warn', word: 'silent' };
  if (device.link === 'unknown') return { state: 'unknown', word: 'unknown' };
  if (now - latest(device.last_heard, device.last_event) > proof_max) return { state: 'unknown', word: 'unproven' };
  if (!device.clock_trusted) return { state: 'warn', word: 'clock' };
  return { state: 'good', word: 'proven' };
}

export interface UpstreamLamp {
  state: Lamp;
  word: 'down' | 'behind' | 'stuck' | 'up';
}

export function lampOfUpstream(upstream: Upstream): UpstreamLamp {
  if (upstream.link === 'down') return { state: 'bad', word: 'down' };
  const waiting = upstream.backlog + upstream.alerts;
  if (waiting > 0 && upstream.seconds_to_empty === null) return { state: 'warn', word: 'stuck' };
  if ((upstream.seconds_to_empty ?? 0) > 60) return { state: 'warn', word: 'behind' };
  return { state: 'good', word: 'up' };
}

const order: Lamp[] = ['bad', 'warn', 'unknown', 'calm', 'good'];
export const byLamp = (a: Lamp, b: Lamp): number => order.indexOf(a) - order.indexOf(b);
