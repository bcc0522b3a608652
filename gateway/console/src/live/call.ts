import type { Alert, AlertState } from '@/api/types';

const waiting: readonly AlertState[] = ['raised', 'verified', 'dispatched', 'escalated', 'reopened'];
export const isWaiting = (alert: Alert): boolean => waiting.includes(alert.state);

// Whether a change of an alert is worth a sound: it is new here, has come back, or has gone up a step.
export function calls(alert: Alert, before: Alert | undefined): boolean {
  if (!isWaiting(alert)) return false;
  if (!before || !isWaiting(before)) return true;
  return (alert.level ?? 0) > (before.level ?? 0);
}

// Most urgent first; what waits for an answer before what somebody is at; then the oldest. What somebody has reported as
// resolved only waits to be checked and stands last.
export function byUrgency(a: Alert, b: Alert): number {
  return (
    Number(a.state === 'resolved') - Number(b.state === 'resolved') ||
    a.severity - b.severity ||
    Number(isWaiting(b)) - Number(isWaiting(a)) ||
    Date.parse(a.raised_at ?? '') - Date.parse(b.raised_at ?? '')
  );
}

export interface Countdown {
  kind: 'answer' | 'clear';
  at: number;
}

// What is due next, as the gateway counts it (gateway/alert/life.cpp); null: its clock stands, or the last step is made.
export function countdownOf(alert: Alert): Countdown | null {
  const at = (text: string | undefined): number => Date.parse(text ?? '');
  const answer = isWaiting(alert) || (alert.state === 'cleared' && alert.severity <= 2 && !alert.acknowledged_at);
  if (answer && alert.state !== 'escalated' && alert.due_ack) return { kind: 'answer', at: at(alert.due_ack) };
  if (['acknowledged', 'handling'].includes(alert.state) && alert.due_clear) return { kind: 'clear', at: at(alert.due_clear) };
  return null;
}

export interface AlertGroup {
  key: string;
  kind: string;
  place: string; // lane, else device
  alerts: Alert[];
}

// One row for all of one kind at one place, in the order of their most urgent.
export function groupAlerts(alerts: readonly Alert[]): AlertGroup[] {
  const groups = new Map<string, AlertGroup>();
  for (const alert of [...alerts].sort(byUrgency)) {
    const place = alert.lane || alert.device;
    const key = `${alert.kind}/${place}`;
    const group = groups.get(key) ?? { key, kind: alert.kind, place, alerts: [] };
    group.alerts.push(alert);
    groups.set(key, group);
  }
  return [...groups.values()];
}
