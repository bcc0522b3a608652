// What the API says to the installer's and administrator's screens; the guard's part is in types.ts.

import type { Event, Permission, Role } from './types';

export interface Interface {
  name: string;
  address: string;
}

export interface Finding {
  host: string;
  make: string;
  model: string;
  serial: string;
  firmware: string;
  mac: string;
  name: string;
  protocol: string;
  method: string;
  interface: string;
  activated?: boolean; // false: the device still wants its first password
  configured: string; // id of the device of the configuration that this is
  clash: string;
  block: string; // a [[device]] table to copy; empty when none speaks its language
}

export interface Protocol {
  name: string;
  kinds: string[];
  sample: string;
}

export interface TestStep {
  name: string;
  passed: boolean;
  detail: string;
  remedy: string;
}

export type Facts = Record<string, string | number | boolean>;

export interface Probe {
  steps: TestStep[];
  facts: Facts;
}

export interface Proof {
  event: Event;
  raw: string;
  raw_type: 'text' | 'base64';
}

export interface CutProof {
  phase: 'none' | 'waiting' | 'cut' | 'backfill' | 'done';
  missed: number;
  brought: number;
  events: Event[];
}

export interface LaneConfig {
  id: string;
  name: string;
  kind: 'vehicle' | 'pedestrian';
  direction: 'in' | 'out' | 'both';
  readers: string[];
  barrier?: string; // "DEVICE/OUTPUT"
  opposite?: string;
  decide: 'gateway' | 'device';
}

export interface Issue {
  line: number;
  column: number;
  path: string;
  text: string;
  severity: 'error' | 'warning';
}

export interface Configuration {
  text: string;
  version: string;
  path: string;
}

export interface ConfigCheck {
  ok: boolean;
  issues: Issue[];
  diff: string;
  effects: string[];
}

export interface ConfigWritten {
  version: string;
  applied: boolean;
  issues: Issue[];
}

export interface ConfigVersion {
  number: number;
  at: string;
  actor: string;
  reason: string;
  version: string;
}

export interface RulePreview {
  alerts: { kind: string; count: number; would: number }[];
  from: string;
  to: string;
}

export type ListType = 'plate' | 'person' | 'card';

export interface Credential {
  type: ListType;
  value: string;
  list: string;
  name?: string;
  valid_from?: string;
  valid_to?: string;
  lanes: string[];
  note?: string;
  group?: string;
  reason?: string;
  instruction?: string;
  entries?: number;
}

export interface ListChange {
  list: string;
  added: string[];
  added_count: number;
  changed: string[];
  changed_count: number;
  removed: string[];
  removed_count: number;
  equal_count: number;
}

export interface ListOutcome {
  imported: number;
  entries: number;
  replaced: string[];
  keep_out: string[];
  restored?: number;
  changes: ListChange[];
  misreads: { value: string; reads: string[] }[];
  errors: { line: number; text: string }[];
}

export interface ListVersion {
  type: ListType;
  list: string;
  number: number;
  entries: number;
  at: string;
  actor?: string;
  restored?: number;
}

export interface ListState {
  device: string;
  type: ListType;
  in_step: boolean;
  problem: string;
  add: string[];
  change: string[];
  remove: string[];
  equal: number;
  strangers: number;
  written: number;
  removed: number;
  failures: { value: string; reason: string; code: string; again: boolean }[];
}

export interface Account {
  name: string;
  display_name: string;
  role: Role;
  lanes: string[];
  disabled: boolean;
  must_change_password: boolean;
  created_at: string;
  last_login_at?: string | null;
}

export interface Token {
  id: string;
  name: string;
  permissions: Permission[];
  created_at: string;
  expires_at?: string | null;
  last_used_at?: string | null;
  created_by: string;
}

export interface AuditRow {
  seq: number;
  at: string;
  actor: string;
  action: string;
  target: string;
  detail: string;
  result: string;
  hash: string;
}

export interface AuditReport {
  whole: boolean;
  rows: number;
  first: number;
  head: string;
  faults_total: number;
  faults: { seq: number; text: string }[];
  alarms: { seq: number; text: string }[];
  notes: { seq: number; text: string }[];
}

export interface RouteTest {
  severity: number;
  at: string;
  roles: string[];
  channels: {
    name: string;
    protocol: string;
    called: boolean;
    why?: string;
    when?: 'now' | 'held' | 'digest';
    held_until?: string;
    people?: { name?: string; mobile?: string; user?: string }[];
  }[];
}

export type ItemResult = 'open' | 'pass' | 'fail' | 'na';

export interface AcceptanceItem {
  id: string;
  group: string;
  title_zh: string;
  title_en: string;
  kind: 'auto' | 'guided';
  result: ItemResult;
  text: string;
  note: string;
  evidence: string[]; // ids of journal entries
  by?: string;
  at?: string;
}

export interface AcceptanceRun {
  id: string;
  at: string;
  by: string;
  state: 'open' | 'signed';
  site: { id: string; name: string };
  items: AcceptanceItem[];
  figures: Record<string, number | string | null>;
  signatures: { role: string; name: string; at?: string }[];
  hash: string;
}

export interface AcceptanceSummary {
  id: string;
  at: string;
  by: string;
  state: 'open' | 'signed';
  passed: number;
  failed: number;
  open: number;
}

export interface Ratio {
  part: number;
  whole: number;
  rate: number | null;
}

export interface Spans {
  count: number;
  mean_s: number | null;
  p90_s: number | null;
}

export interface KpiRow {
  kind: string; // "all" or a kind of alert
  filed: number;
  due: number;
  closing: Ratio;
  on_time: Ratio;
  rework: Ratio;
  false_alarm: Ratio;
  acknowledge: Spans;
  resolve: Spans;
}

export interface KpiReport {
  site: string;
  from: string;
  to: string;
  as_of: string;
  denominator: 'due' | 'filed';
  sensing_first_rate: { sensing: number; rate: number | null };
  kinds: KpiRow[];
  false_alarms: { kind: string; device: string; false_alarm: Ratio }[];
  mutings: { kind: string; false_alarm: Ratio; would_have_silenced: number; real_alerts: string[] }[];
}

export interface TrafficBucket {
  from: string;
  lane: string;
  kind: 'vehicle' | 'person';
  in: number;
  out: number;
  other?: number; // passed, the direction not known
  denied: number;
}

export interface Uptime {
  id: string;
  planned_s: number;
  up_s: number;
  rate: number | null;
}
