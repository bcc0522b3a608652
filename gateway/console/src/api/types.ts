// The shapes of the gateway's answers, as far as the console uses them. Times are RFC 3339 texts.

export type Permission =
  | 'status.read' | 'event.read' | 'history.read' | 'picture.read' | 'person.read' | 'alert.read' | 'alert.write'
  | 'gate.open' | 'fire.clear' | 'list.read' | 'list.write' | 'list.export' | 'device.manage' | 'config.read'
  | 'config.write' | 'report.read' | 'audit.read' | 'account.manage' | 'backup' | 'metrics.read' | 'notify.read';

export type Role = 'admin' | 'manager' | 'guard' | 'maintainer' | 'committee' | 'neighbourhood' | 'centre' | 'police';

export interface User {
  name: string;
  display_name: string;
  role: Role;
  lanes: string[];
  permissions: Permission[];
  must_change_password: boolean;
}

export interface Session {
  user: User;
  csrf: string;
  site: { id: string; name: string };
  idle_seconds: number;
  ends_at: string;
  server_time: string;
}

export type AlertState =
  | 'raised' | 'acknowledged' | 'cleared' | 'closed' | 'suppressed' | 'verified' | 'rejected' | 'dispatched'
  | 'handling' | 'escalated' | 'transferred' | 'resolved' | 'reopened' | 'suspended';

export type AlertRole = 'guard' | 'maintenance' | 'manager' | 'duty' | 'centre' | 'system';
export type AlertResult = 'real' | 'false' | 'test';

export interface Alert {
  alert_id: string;
  kind: string;
  device: string;
  lane?: string;
  severity: 1 | 2 | 3 | 4;
  state: AlertState;
  count: number;
  text: string;
  evidence: string[];
  raised_at?: string;
  changed_at?: string;
  due_ack?: string;
  due_clear?: string;
  actor?: string;
  role?: string;
  result?: string;
  note?: string;
  assigned?: string;
  level?: number;
  parent?: string;
  order_number?: string;
  acknowledged_at?: string;
  lasts: boolean;
}

export interface AlertStep {
  seq: number;
  from?: AlertState;
  to: AlertState;
  at?: string;
  actor?: string;
  role?: string;
  channel?: string;
  note?: string;
  result?: string;
}

export interface AlertWithSteps extends Alert {
  transitions: AlertStep[];
}

export type AlertVerb =
  | 'ack' | 'verify' | 'reject' | 'handle' | 'resolve' | 'close' | 'reopen' | 'suspend' | 'transfer' | 'order';

export interface Silence {
  id: string;
  kind?: string;
  device?: string;
  lane?: string;
  author: string;
  reason: string;
  from?: string;
  until?: string;
}

export interface Handover {
  id: string;
  at?: string;
  author: string;
  text: string;
  open_alerts: number;
}

export interface Event {
  seq: number;
  id: string;
  type: string;
  priority: 'alert' | 'event';
  device: string;
  lane?: string;
  time?: string;
  received_at?: string;
  clock_quality: 'synced' | 'unsynced' | 'device';
  data: Record<string, unknown> | null;
}

export interface Picture {
  kind: string;
  sha256: string;
}

export interface Plate {
  text: string;
  color?: string;
  confidence?: number;
  weak: number[]; // 1-based
}

export interface Decision {
  result: 'open' | 'refuse' | 'deny' | 'none';
  rule: string;
  reasons: string[];
  instruction?: string; // what the list that keeps out tells the guard to do
}

export interface Passage {
  seq: number;
  id: string;
  time: string;
  kind: 'vehicle' | 'person';
  lane: string;
  device: string;
  direction: 'in' | 'out' | 'both' | 'unknown';
  plate: Plate | null;
  person: { id: string; name: string } | null;
  credential: string | null;
  decision: Decision | null;
  history: boolean;
  pictures: Picture[];
}

export type Link = 'unknown' | 'up' | 'silent' | 'down';
export type BarrierPosition = 'open' | 'closed' | 'moving' | 'unknown';

export interface Barrier {
  device: string;
  output: number;
  position: BarrierPosition;
  at?: string | null;
  held: boolean;
}

export interface LiveLane {
  id: string;
  name: string;
  kind: 'vehicle' | 'pedestrian';
  direction: 'in' | 'out' | 'both';
  decide: string;
  barrier: Barrier | null;
  readers: { id: string; name: string; link: Link }[];
  occupied: boolean | null;
  last: Passage | null;
}

export type OutcomeStatus = 'confirmed' | 'accepted' | 'failed' | 'rejected' | 'expired' | 'duplicate' | 'unknown';

export interface Outcome {
  id: string;
  status: OutcomeStatus;
  code?: string;
  text: string;
  took_ms?: number;
  at?: string;
}

export interface Device {
  id: string;
  name: string;
  protocol: string;
  kind: string;
  address: string;
  enabled: boolean;
  link: Link;
  why?: string;
  model?: string;
  serial?: string;
  firmware?: string;
  last_event?: string;
  last_heard?: string;
  clock_offset_ms?: number;
  clock_trusted: boolean;
  facts: Record<string, string>;
}

export interface Upstream {
  name: string;
  link: 'up' | 'down';
  why?: string;
  backlog: number;
  alerts: number;
  oldest?: string;
  seconds_to_empty: number | null;
  delivered: number;
  rejected: number;
  rate: number;
  last_accepted?: string;
}

export interface Channel {
  name: string;
  protocol: string;
  state: string;
  why?: string;
  waiting: number;
  sent: number;
  retried: number;
  throttled: number;
  digested: number;
  dead_letters: number;
  last_sent?: string;
}

export interface Status {
  verdict: 'healthy' | 'degraded' | 'down';
  reasons: string[];
  site: string;
  name: string;
  gateway: string;
  version: string;
  boot: string;
  since: string;
  lanes: { id: string; name: string; kind: string; direction: string; decide: string; barrier?: string }[];
  devices: Device[];
  upstreams: Upstream[];
  channels: Channel[];
  alerts_open: number;
  disarmed: string[];
  occupancy: { vehicles: number; persons: number; spaces?: number; free?: number };
  last_seq: number;
  disk: 'ok' | 'warn' | 'shedding' | 'full';
  disk_free_bytes: number;
  clock: 'synced' | 'unsynced';
}

export interface Fire {
  burning: boolean;
  input?: string;
  since?: string;
  outputs: { output: string; state: string }[];
}

export interface Shift {
  since: string;
  until: string;
  passages: { vehicles: number; persons: number; denied: number };
  opened_by_hand: { at: string; operator: string; lane: string; reason: string; result: string }[];
  alerts: { raised: number; closed: number; open: number };
  devices_lost: { id: string; at: string; back_at: string | null }[];
  handover: Handover | null;
}

export interface PassagePage {
  passages: Passage[];
  next: string | null;
}

export type StreamFrame =
  | { kind: 'hello'; last_seq: number; server_time: string }
  | { kind: 'event'; event: Event }
  | { kind: 'gap'; from: number; to: number }
  | { kind: 'tick'; server_time: string; last_seq: number };
