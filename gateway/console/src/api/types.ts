// The shapes of the gateway's answers, as far as the console uses them: names of its own for what schema.d.ts has from the
// API's document (npm run types). Times are RFC 3339 texts.

import type { components } from './schema';

type Shapes = components['schemas'];

export type Permission = Shapes['Permission'];
export type Role = Shapes['Role'];
export type Session = Shapes['Session'];
export type User = Session['user'];

export type AlertState = Shapes['AlertState'];
export type AlertRole = NonNullable<Shapes['Alert']['role']>;
export type AlertResult = Shapes['AlertResult'];
export type Alert = Shapes['Alert'];
export type AlertStep = Shapes['Transition'];
// One alert that was asked for has all that became of it.
export type AlertWithSteps = Alert & Required<Pick<Alert, 'transitions'>>;
export type AlertVerb =
  | 'ack' | 'verify' | 'reject' | 'handle' | 'resolve' | 'close' | 'reopen' | 'suspend' | 'transfer' | 'order';

export type Silence = Shapes['Silence'];
export type Handover = Shapes['Handover'];

// Of any type: whoever reads `data` looks at `type` first. The document tells each apart.
export type Event = Omit<Shapes['EntryHead'], 'lane'> & {
  lane?: string;
  type: string;
  data: Record<string, unknown> | null;
};

export type Passage = Shapes['Passage'];
export type Picture = Passage['pictures'][number];
export type Plate = NonNullable<Passage['plate']>;
export type Decision = NonNullable<Passage['decision']>;

export type Link = Shapes['Link'];
export type LiveLane = Shapes['LiveLane'];
export type Barrier = NonNullable<LiveLane['barrier']>;
export type BarrierPosition = Barrier['position'];

export type OutcomeStatus = Shapes['CommandStatus'];
export type Outcome = Shapes['CommandOutcome'];
export type Device = Shapes['Device'];
export type Upstream = Shapes['Upstream'];
export type Channel = Shapes['Channel'];
export type Status = Shapes['Status'];
export type Fire = Shapes['Fire'];
export type EvidenceOrder = Shapes['EvidenceOrder'];
export type Shift = Shapes['Shift'];

export interface PassagePage {
  passages: Passage[];
  next: string | null;
}

export type StreamFrame =
  | { kind: 'hello'; last_seq: number; server_time: string }
  | { kind: 'event'; event: Event }
  | { kind: 'gap'; from: number; to: number }
  | { kind: 'tick'; server_time: string; last_seq: number };
