import { describe, expect, it } from 'vitest';
import type { Alert, Event } from '@/api/types';
import { alertOf, applyAlert } from '@/live/apply';
import { byUrgency, calls, countdownOf, groupAlerts } from '@/live/call';
import { may, nextRole, stepsToEnd } from '@/live/verbs';

const alert = (more: Partial<Alert> = {}): Alert => ({
  alert_id: 'a', kind: 'tamper', device: 'd', severity: 3, state: 'raised', count: 1, text: '', evidence: [], lasts: true,
  raised_at: '2026-01-01T03:00:00+08:00', ...more,
});

describe('the queue', () => {
  it('has the most urgent first, then what waits, then the oldest, and what is only to be checked last', () => {
    const sorted = [
      alert({ alert_id: 'resolved', severity: 1, state: 'resolved' }),
      alert({ alert_id: 'late', raised_at: '2026-01-01T03:09:00+08:00' }),
      alert({ alert_id: 'taken', state: 'handling', raised_at: '2026-01-01T01:00:00+08:00' }),
      alert({ alert_id: 'early' }),
      alert({ alert_id: 'urgent', severity: 1, raised_at: '2026-01-01T04:00:00+08:00' }),
    ].sort(byUrgency);
    expect(sorted.map((one) => one.alert_id)).toEqual(['urgent', 'early', 'late', 'taken', 'resolved']);
  });

  it('puts one kind at one place together, at the place of its most urgent', () => {
    const groups = groupAlerts([
      alert({ alert_id: '1', kind: 'device_offline', device: 'x', severity: 4 }),
      alert({ alert_id: '2', kind: 'tamper', lane: 'east' }),
      alert({ alert_id: '3', kind: 'tamper', lane: 'east', device: 'other' }),
    ]);
    expect(groups.map((group) => [group.kind, group.place, group.alerts.length])).toEqual([['tamper', 'east', 2], ['device_offline', 'x', 1]]);
  });
});

describe('an alert', () => {
  it('sounds when it is new, comes back or goes up a step, and not when it is only seen again', () => {
    expect(calls(alert(), undefined)).toBe(true);
    expect(calls(alert({ state: 'reopened' }), alert({ state: 'resolved' }))).toBe(true);
    expect(calls(alert({ state: 'escalated', level: 1 }), alert())).toBe(true);
    expect(calls(alert({ state: 'dispatched', count: 2 }), alert())).toBe(false);
    expect(calls(alert({ state: 'acknowledged' }), undefined)).toBe(false);
  });

  it('counts down to its answer, then to its end, and not while it is suspended', () => {
    const due = { due_ack: '2026-01-01T03:15:00+08:00', due_clear: '2026-01-01T05:00:00+08:00' };
    expect(countdownOf(alert(due))).toEqual({ kind: 'answer', at: Date.parse(due.due_ack) });
    expect(countdownOf(alert({ ...due, state: 'handling' }))).toEqual({ kind: 'clear', at: Date.parse(due.due_clear) });
    expect(countdownOf(alert({ ...due, state: 'suspended' }))).toBeNull();
  });

  it('goes to the next role of its severity, and no further than the last', () => {
    expect(nextRole(alert({ severity: 1 }))).toBe('manager');
    expect(nextRole(alert({ severity: 1, level: 1 }))).toBe('duty');
    expect(nextRole(alert({ severity: 1, level: 2 }))).toBeNull();
  });

  it('is closed by a guard unless it is urgent, which he answers and reports as resolved', () => {
    expect(stepsToEnd(alert(), 'guard', 'false', 'n').map((step) => step.verb)).toEqual(['close']);
    expect(stepsToEnd(alert({ severity: 2 }), 'guard', 'real', 'n').map((step) => step.verb)).toEqual(['ack', 'resolve']);
    expect(stepsToEnd(alert({ severity: 2, state: 'handling' }), 'guard', 'real', 'n').map((step) => step.verb)).toEqual(['resolve']);
    expect(stepsToEnd(alert({ severity: 2, state: 'resolved', role: 'guard' }), 'guard', 'real', 'n')).toEqual([]);
    expect(stepsToEnd(alert({ severity: 2, state: 'resolved', role: 'guard' }), 'manager', 'real', 'n').map((step) => step.verb)).toEqual(['close']);
    expect(stepsToEnd(alert({ severity: 1, state: 'resolved', role: 'manager' }), 'manager', 'real', 'n')).toEqual([]);
  });

  it('is handed to the centre by leads only, and once', () => {
    expect(may('transfer', alert(), 'guard')).toBe(false);
    expect(may('transfer', alert(), 'manager')).toBe(true);
    expect(may('transfer', alert({ state: 'transferred' }), 'manager')).toBe(false);
    expect(may('verify', alert({ state: 'verified' }), 'guard')).toBe(false);
  });

  it('is read from the journal as the resource would tell it, and leaves when it has ended', () => {
    const event = {
      seq: 1, id: 'e', type: 'alert.raised', priority: 'alert', device: 'gateway', clock_quality: 'synced',
      data: { alert_id: 'b', kind: 'tamper', severity: 1, state: 'raised', count: 1, text: '', device: { id: 'face-1' }, alert_lane: 'east', due: { ack: 'A' } },
    } as Event;
    const read = alertOf(event);
    expect(read).toMatchObject({ alert_id: 'b', device: 'face-1', lane: 'east', due_ack: 'A', lasts: true, evidence: [] });
    const open = applyAlert([alert()], read as Alert);
    expect(open).toHaveLength(2);
    expect(applyAlert(open, alert({ alert_id: 'b', state: 'closed' })).map((one) => one.alert_id)).toEqual(['a']);
  });
});
