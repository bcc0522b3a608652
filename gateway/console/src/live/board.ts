import { computed, reactive, shallowReadonly } from 'vue';
import * as api from '@/api/guard';
import type { Alert, Event, Fire, LiveLane, Silence, Status } from '@/api/types';
import { can } from '@/composables/session';
import { alertOf, applyAlert, applyToLanes, isOpen, passageOf } from './apply';
import { listen, startStream, stopStream } from './stream';

// What all views of the guard look at: read once, kept true by the stream, and read again when the stream has a hole.
// A reading that fails leaves what was there, with the time it is from.
const strip_max = 60;

const state = reactive({
  alerts: [] as Alert[],
  lanes: [] as LiveLane[],
  strip: [] as Event[], // the newest passages, newest first
  silences: [] as Silence[],
  status: null as Status | null,
  fire: null as Fire | null,
  readAt: {} as Record<string, number>, // browser time of the last good reading
  problem: {} as Record<string, unknown>,
});
export const board = shallowReadonly(state);
export const openAlerts = computed(() => state.alerts.filter(isOpen));

export type AlertListener = (alert: Alert, before: Alert | undefined) => void;
const alertListeners = new Set<AlertListener>();
export function onAlert(listener: AlertListener): () => void {
  alertListeners.add(listener);
  return () => alertListeners.delete(listener);
}

const names = ['alerts', 'lanes', 'silences', 'status', 'fire'] as const;
export type Part = (typeof names)[number];

const readers: Record<Part, () => Promise<void>> = {
  alerts: async () => {
    if (can('alert.read')) takeAlerts(await api.readOpenAlerts());
  },
  lanes: async () => {
    if (can('event.read')) state.lanes = await api.readLanes();
  },
  silences: async () => {
    if (can('alert.read')) state.silences = await api.readSilences();
  },
  status: async () => {
    if (can('status.read')) state.status = await api.readStatus();
  },
  fire: async () => {
    if (can('status.read')) state.fire = await api.readFire();
  },
};

export async function refresh(...parts: Part[]): Promise<void> {
  await Promise.all(
    (parts.length ? parts : names).map(async (part) => {
      try {
        await readers[part]();
        state.readAt[part] = Date.now();
        delete state.problem[part];
      } catch (error) {
        state.problem[part] = error;
      }
    }),
  );
}

function tell(alert: Alert, before: Alert | undefined): void {
  for (const listener of alertListeners) listener(alert, before);
}

function takeAlerts(fresh: Alert[]): void {
  const known = new Map(state.alerts.map((alert) => [alert.alert_id, alert]));
  state.alerts = fresh;
  for (const alert of fresh) tell(alert, known.get(alert.alert_id));
}

// Also what an answer to an order says: the screen need not wait for the stream to tell it.
export function takeAlert(alert: Alert): void {
  const before = state.alerts.find((one) => one.alert_id === alert.alert_id);
  state.alerts = applyAlert(state.alerts, alert);
  if (isOpen(alert)) tell(alert, before);
}

// Several entries of one cause lead to one reading.
const due = new Map<Part, ReturnType<typeof setTimeout>>();
function refreshSoon(part: Part): void {
  if (due.has(part)) return;
  due.set(
    part,
    setTimeout(() => {
      due.delete(part);
      void refresh(part);
    }, 1500),
  );
}

function take(event: Event): void {
  const alert = alertOf(event);
  if (alert) takeAlert(alert);
  state.lanes = applyToLanes(state.lanes, event);
  const known = state.strip.some((one) => one.seq === event.seq); // it was read while the stream was still on its way
  if (passageOf(event) && !known) state.strip = [event, ...state.strip].slice(0, strip_max);
  if (event.type === 'device.link') refreshSoon('lanes');
  if (event.type.startsWith('device.') || event.type === 'system.notice') refreshSoon('status');
  if (event.type === 'system.notice') refreshSoon('fire');
}

async function readStrip(): Promise<void> {
  if (!can('event.read')) return;
  try {
    const groups = await Promise.all(['vehicle.', 'access.'].map((type) => api.readEvents({ type, limit: 30 })));
    state.strip = groups.flat().filter((event) => passageOf(event)).sort((a, b) => b.seq - a.seq).slice(0, strip_max);
  } catch {
    // The strip fills from the stream.
  }
}

// What the stream does not tell; who may not hear it is told of everything this way, a little later.
const asked: Part[] = ['status', 'silences'];
const polls = { beside: 15_000, instead: 5_000 }; // ms

let polling: ReturnType<typeof setInterval> | undefined;
let stopListening: (() => void) | undefined;

export function startBoard(): void {
  if (stopListening) return;
  stopListening = listen({
    event: take,
    opened: () => {
      void refresh();
      void readStrip();
    },
    gap: () => void refresh(),
  });
  void refresh();
  const hears = can('event.read');
  polling = setInterval(() => void refresh(...(hears ? asked : names)), hears ? polls.beside : polls.instead);
  if (hears) startStream();
}

export function stopBoard(): void {
  stopListening?.();
  stopListening = undefined;
  clearInterval(polling);
  stopStream();
  Object.assign(state, { alerts: [], lanes: [], strip: [], silences: [], status: null, fire: null, readAt: {}, problem: {} });
}
