import type { Alert, AlertResult, AlertRole, AlertState, AlertVerb, Role } from '@/api/types';

// What somebody may do about an alert, so that the screen offers nothing the gateway would refuse. The laws are those of
// gateway/alert/life.hpp; the gateway has the last word.
const waiting: AlertState[] = ['raised', 'verified', 'dispatched', 'escalated', 'reopened'];
const taken: AlertState[] = ['acknowledged', 'handling', 'transferred', 'suspended'];
const over: AlertState[] = ['cleared', 'resolved'];
const leads: AlertRole[] = ['manager', 'duty', 'centre'];
const people: AlertRole[] = [...leads, 'guard', 'maintenance'];

interface Law {
  from: AlertState[];
  who: AlertRole[];
}

const laws: Record<AlertVerb, Law> = {
  ack: { from: [...waiting, 'cleared'], who: people },
  verify: { from: ['raised', 'dispatched', 'escalated', 'reopened'], who: people },
  handle: { from: ['acknowledged', 'transferred', 'suspended'], who: people },
  resolve: { from: [...taken, 'cleared'], who: people },
  reject: { from: [...waiting, ...taken, ...over], who: people },
  close: { from: [...waiting, ...taken, ...over], who: people },
  reopen: { from: ['resolved', 'closed'], who: leads },
  suspend: { from: ['acknowledged', 'handling', 'transferred'], who: leads },
  transfer: { from: [...waiting, 'acknowledged', 'handling', 'suspended'], who: leads },
  order: { from: ['transferred'], who: leads },
};

const roles: Record<Role, AlertRole> = {
  admin: 'manager',
  manager: 'manager',
  guard: 'guard',
  maintainer: 'maintenance',
  committee: 'duty',
  neighbourhood: 'duty',
  centre: 'centre',
  police: 'duty',
};
export const alertRoleOf = (role: Role): AlertRole => roles[role];

// Of severity 1 and 2 another role checks and closes: never guard or maintenance, nor who said that it is resolved.
function endsAlone(alert: Alert, role: AlertRole): boolean {
  const handler = role === 'guard' || role === 'maintenance' || (alert.state === 'resolved' && alert.role === role);
  return alert.severity <= 2 && handler;
}

export function may(verb: AlertVerb, alert: Alert, role: AlertRole): boolean {
  const law = laws[verb];
  if (!law.from.includes(alert.state) || !law.who.includes(role)) return false;
  return !((verb === 'close' || verb === 'reject') && endsAlone(alert, role));
}

export interface Step {
  verb: AlertVerb;
  body: { note?: string; result?: string };
}

// The orders that say "this is over": to close it; where that is another's right, to answer it and say what was done.
// Nothing when this person has no more to say.
export function stepsToEnd(alert: Alert, role: AlertRole, result: AlertResult, note: string): Step[] {
  if (may('close', alert, role)) return [{ verb: 'close', body: { result, note } }];
  const resolve: Step = { verb: 'resolve', body: { result, note } };
  if (may('resolve', alert, role)) return [resolve];
  if (may('ack', alert, role)) return [{ verb: 'ack', body: {} }, resolve];
  return [];
}

// To whom an alert goes next when nobody does anything; null: it has gone as far as it goes.
const ladder: Record<number, AlertRole[]> = { 1: ['manager', 'duty'], 2: ['manager'], 3: ['maintenance'], 4: ['manager'] };
export const nextRole = (alert: Alert): AlertRole | null => ladder[alert.severity]?.[alert.level ?? 0] ?? null;
