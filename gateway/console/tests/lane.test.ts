import { describe, expect, it } from 'vitest';
import type { Device, Event, LiveLane, Upstream } from '@/api/types';
import { lampOfDevice, lampOfUpstream } from '@/components/guard/lamp';
import { applyToLanes, passageOf } from '@/live/apply';

const lane: LiveLane = {
  id: 'east', name: '', kind: 'vehicle', direction: 'in', decide: 'gateway', occupied: null, last: null,
  barrier: { device: 'lpr', output: 1, position: 'closed', held: false }, readers: [{ id: 'lpr', name: '', link: 'up' }],
};
const entry = (type: string, data: Record<string, unknown>, more: Partial<Event> = {}): Event => ({
  seq: 1, id: 'e', type, priority: 'event', device: 'lpr', lane: 'east', time: 't', clock_quality: 'synced', data, ...more,
});
const position = (event: Event): string | undefined => applyToLanes([lane], event)[0]?.barrier?.position;

describe('a lane', () => {
  it('shows the barrier where its device says it is', () => {
    expect(position(entry('barrier.moved', { output: 1, position: 'open' }))).toBe('open');
    expect(position(entry('barrier.moved', { output: 2, position: 'open' }))).toBe('closed');
  });

  it('does not take an order for a movement', () => {
    expect(position(entry('system.command', { action: 'barrier-open', status: 'accepted' }))).toBe('closed');
  });

  it('no longer knows the barrier when its device is gone', () => {
    expect(position(entry('device.link', { state: 'down' }))).toBe('unknown');
    expect(applyToLanes([lane], entry('device.link', { state: 'down' }))[0]?.readers[0]?.link).toBe('down');
  });

  it('shows who was last there, but not what a device tells of yesterday', () => {
    const data = { plate: { text: '沪A12345', characters: [0.9, 0.9, 0.3, 0.9, 0.9, 0.9, 0.9] }, direction: 'in' };
    expect(applyToLanes([lane], entry('vehicle.passed', data))[0]?.last?.plate).toMatchObject({ text: '沪A12345', weak: [3] });
    expect(applyToLanes([lane], entry('vehicle.passed', { ...data, history: true }))[0]?.last).toBeNull();
  });

  it('knows a refusal, which the journal calls otherwise than a passage does', () => {
    const decision = { result: 'refuse', rule: 'deny-list', reasons: [], instruction: '不放行' };
    expect(passageOf(entry('vehicle.refused', { decision }))?.decision).toEqual({ ...decision, result: 'deny' });
  });

  it('knows a refusal by the device with its reason', () => {
    const passage = passageOf(entry('access.denied', { credential: { type: 'card' }, reason: 'expired' }));
    expect(passage?.decision).toEqual({ result: 'deny', rule: 'expired', reasons: [] });
  });
});

describe('a lamp', () => {
  const now = Date.parse('2026-01-01T03:00:00Z');
  const device = (more: Partial<Device>): Device => ({
    id: '', name: '', protocol: '', kind: 'camera', address: '', enabled: true, link: 'up', clock_trusted: true, facts: {}, ...more,
  });

  it('is green only for what was proven within a quarter of an hour', () => {
    expect(lampOfDevice(device({ last_heard: '2026-01-01T02:46:00Z' }), now).state).toBe('good');
    expect(lampOfDevice(device({ last_heard: '2026-01-01T02:44:00Z' }), now).state).toBe('unknown');
    expect(lampOfDevice(device({}), now).state).toBe('unknown');
    expect(lampOfDevice(device({ link: 'silent', last_heard: '2026-01-01T02:59:00Z' }), now).state).toBe('warn');
  });

  it('of an upstream that takes nothing is not green', () => {
    const upstream = { name: '', link: 'up', backlog: 3, alerts: 0, seconds_to_empty: null } as Upstream;
    expect(lampOfUpstream(upstream).word).toBe('stuck');
    expect(lampOfUpstream({ ...upstream, backlog: 0, seconds_to_empty: 0 }).word).toBe('up');
  });
});
