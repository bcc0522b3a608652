import type { Alert, AlertState, BarrierPosition, Decision, Event, Link, LiveLane, Passage, Picture } from '@/api/types';
import { weakOf } from '@/components/plate';

// What an entry of the journal changes of what is on the screen. Pure: takes what was, gives what is.

const ended: readonly AlertState[] = ['closed', 'rejected', 'suppressed'];
export const isOpen = (alert: Alert): boolean => !ended.includes(alert.state);

type Data = Record<string, unknown>;
const text = (data: Data, name: string): string | undefined =>
  typeof data[name] === 'string' ? (data[name] as string) : undefined;
const object = (data: Data, name: string): Data =>
  typeof data[name] === 'object' && data[name] !== null ? (data[name] as Data) : {};

export function alertOf(event: Event): Alert | null {
  const data = event.data;
  if (!data || !event.type.startsWith('alert.') || !text(data, 'alert_id')) return null;
  const due = object(data, 'due');
  return {
    ...(data as unknown as Alert),
    device: text(object(data, 'device'), 'id') ?? event.device,
    lane: text(data, 'alert_lane') ?? event.lane,
    due_ack: text(due, 'ack'),
    due_clear: text(due, 'clear'),
    evidence: Array.isArray(data.evidence) ? (data.evidence as string[]) : [],
    lasts: data.lasts !== false,
  };
}

export function applyAlert(alerts: readonly Alert[], changed: Alert): Alert[] {
  const others = alerts.filter((alert) => alert.alert_id !== changed.alert_id);
  return isOpen(changed) ? [...others, changed] : others;
}

const passages: Record<string, 'vehicle' | 'person'> = {
  'vehicle.passed': 'vehicle',
  'vehicle.refused': 'vehicle',
  'access.granted': 'person',
  'access.denied': 'person',
};

function plateOf(data: Data): Passage['plate'] {
  const plate = object(data, 'plate');
  const characters = Array.isArray(plate.characters) ? (plate.characters as number[]) : [];
  return {
    text: text(plate, 'text') ?? '',
    color: text(plate, 'color'),
    confidence: typeof plate.confidence === 'number' ? plate.confidence : undefined,
    weak: Array.isArray(plate.weak) ? (plate.weak as number[]) : weakOf(characters),
  };
}

// A device that says no without a decision of ours leaves its reason as one word.
function decisionOf(event: Event, data: Data): Decision | null {
  const made = data.decision as (Omit<Decision, 'result'> & { result: string }) | undefined;
  // The journal says "refuse" where a passage says "deny".
  if (made) return { ...made, result: (made.result === 'refuse' ? 'deny' : made.result) as Decision['result'] };
  const refused = event.type === 'vehicle.refused' || event.type === 'access.denied';
  const rule = text(data, 'reason') ?? 'device';
  return { result: refused ? 'deny' : 'open', rule, reasons: [] };
}

export function passageOf(event: Event): Passage | null {
  const kind = passages[event.type];
  const data = event.data;
  if (!kind || !data || !event.lane) return null;
  const credential = object(data, 'credential');
  const person = text(credential, 'person');
  return {
    seq: event.seq,
    id: event.id,
    time: event.time ?? event.received_at ?? '',
    kind,
    lane: event.lane,
    device: event.device,
    direction: (text(data, 'direction') as Passage['direction']) ?? 'unknown',
    plate: kind === 'vehicle' && text(object(data, 'plate'), 'text') ? plateOf(data) : null,
    person: person ? { id: person, name: event.person_name ?? '' } : null,
    credential: text(credential, 'type') ?? null,
    decision: decisionOf(event, data),
    history: data.history === true,
    pictures: Array.isArray(data.snapshots) ? (data.snapshots as Picture[]).filter((one) => one.sha256) : [],
  };
}

const positions: readonly string[] = ['open', 'closed', 'moving'];

// A position is what a device has said, never what an order should have led to.
function moved(lane: LiveLane, event: Event): LiveLane {
  const { barrier } = lane;
  if (!barrier || !event.data || event.device !== barrier.device || event.data.output !== barrier.output) return lane;
  const word = text(event.data, 'position') ?? '';
  const position = (positions.includes(word) ? word : 'unknown') as BarrierPosition;
  return { ...lane, barrier: { ...barrier, position, at: event.time } };
}

// What a device said of a barrier holds while its link is up, no longer.
function linked(lane: LiveLane, event: Event): LiveLane {
  const link = text(event.data ?? {}, 'state') as Link | undefined;
  if (!link) return lane;
  const readers = lane.readers.map((reader) => (reader.id === event.device ? { ...reader, link } : reader));
  const lost = lane.barrier?.device === event.device && link !== 'up';
  return { ...lane, readers, barrier: lost && lane.barrier ? { ...lane.barrier, position: 'unknown' } : lane.barrier };
}

export function applyToLanes(lanes: readonly LiveLane[], event: Event): LiveLane[] {
  if (event.type === 'device.link') return lanes.map((lane) => linked(lane, event));
  if (event.type === 'barrier.moved') return lanes.map((lane) => moved(lane, event));
  const passage = passageOf(event);
  // An old record that a device has kept says nothing about who stands there now.
  if (!passage || passage.history) return [...lanes];
  return lanes.map((lane) => (lane.id === passage.lane ? { ...lane, last: passage } : lane));
}
