// What the API says to the installer's and administrator's screens; the guard's part is in types.ts.

import type { components } from './schema';
import type { Event } from './types';

type Shapes = components['schemas'];

export interface Interface {
  name: string;
  address: string;
}

export type Finding = Shapes['Finding'];
export type Protocol = Shapes['Protocol'];
export type TestStep = Shapes['TestStep'];
export type Facts = Record<string, string | number | boolean>;
export type Probe = Shapes['ProbeReport'];

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

export type LaneConfig = Shapes['Lane'];
export type Issue = Shapes['Issue'];
export type Configuration = Shapes['ConfigText'];
export type ConfigCheck = Shapes['ConfigCheck'];
export type ConfigWritten = Shapes['ConfigOutcome'];
export type ConfigVersion = Shapes['ConfigVersion'];
export type RulePreview = Shapes['RulePreview'];
export type ListType = Shapes['ListType'];
export type Credential = Shapes['ListEntry'];
export type ListChange = ListOutcome['changes'][number];
export type ListOutcome = Shapes['ListOutcome'];
export type ListVersion = Shapes['ListVersion'];
export type ListState = Shapes['ListState'];
export type Account = Shapes['Account'];
export type Token = Shapes['Token'];
export type AuditRow = Shapes['AuditRow'];
export type AuditReport = Shapes['AuditCheck'];
export type RouteTest = Shapes['AlertRoute'];
export type ChannelTest = Shapes['ChannelTest'];
export type ItemResult = Shapes['AcceptanceItem']['result'];
export type AcceptanceItem = Shapes['AcceptanceItem'];

export type AcceptanceRun = Shapes['Acceptance'];

export type AcceptanceSummary = Shapes['AcceptanceSummary'];
export type Ratio = Shapes['Ratio'];
export type Spans = Shapes['Spans'];
export type KpiRow = KpiReport['kinds'][number];
export type KpiReport = Shapes['Report'];
export type TrafficBucket = Shapes['TrafficBucket'];
export type Uptime = Shapes['Uptime'];
export type CameraHealth = Shapes['CameraHealth'];
