import { get, post, request } from './client';
import type {
  Alert, AlertVerb, AlertWithSteps, Event, EvidenceOrder, Fire, Handover, LiveLane, Outcome, PassagePage, Shift, Silence, Status,
} from './types';

export const readStatus = (): Promise<Status> => get<Status>('/status');
export const readFire = (): Promise<Fire> => get<Fire>('/fire');
export const readLanes = async (): Promise<LiveLane[]> => (await get<{ lanes: LiveLane[] }>('/lanes/live')).lanes;

export const readOpenAlerts = async (): Promise<Alert[]> =>
  (await get<{ alerts: Alert[] }>('/alerts', { open: 1, limit: 500 })).alerts;
export const readAlert = (id: string): Promise<AlertWithSteps> => get<AlertWithSteps>(`/alerts/${encodeURIComponent(id)}`);
export const orderAlert = (
  id: string,
  verb: AlertVerb,
  body: { note?: string; result?: string; number?: string } = {},
): Promise<Alert> => post<Alert>(`/alerts/${encodeURIComponent(id)}/${verb}`, body);

export const readSilences = async (): Promise<Silence[]> =>
  (await get<{ silences: Silence[] }>('/silences')).silences;
export const makeSilence = (body: {
  kind?: string; device?: string; lane?: string; reason: string; minutes: number;
}): Promise<Silence> => post<Silence>('/silences', body);
export const endSilence = (id: string): Promise<Silence> => post<Silence>(`/silences/${encodeURIComponent(id)}/end`);

export const readHandovers = async (): Promise<Handover[]> =>
  (await get<{ handovers: Handover[] }>('/handovers', { limit: 20 })).handovers;
export const handOver = (text: string): Promise<Handover> => post<Handover>('/handovers', { text });
export const readShift = (since: string): Promise<Shift> => get<Shift>('/shift', { since });

// The id makes the order happen once, however often the browser has to send it.
export const moveGate = (id: string, action: 'open' | 'close', lane: string, reason: string): Promise<Outcome> =>
  post<Outcome>('/commands', { id, action, lane, reason, expires_in_s: 15 }, { timeoutMs: 30_000 });

export const readSnapshot = async (device: string): Promise<Blob> =>
  (await request('GET', `/devices/${encodeURIComponent(device)}/snapshot`, { timeoutMs: 30_000 })).blob();

export interface MadeEvidence {
  picture: Blob;
  facts: { sha256: string; masked: { faces: number; plates: number } };
}
export async function makeEvidence(sha256: string, order: EvidenceOrder): Promise<MadeEvidence> {
  const answer = await request('POST', `/media/${sha256}/evidence`, { body: order, timeoutMs: 60_000 });
  const facts = JSON.parse(answer.headers.get('X-Evidence') ?? '') as MadeEvidence['facts'];
  return { picture: await answer.blob(), facts };
}

export const readEvent = (id: string): Promise<Event> => get<Event>(`/events/${encodeURIComponent(id)}`);
export const readEvents = async (query: {
  type?: string; device?: string; before?: number; limit?: number;
}): Promise<Event[]> => (await get<{ events: Event[] }>('/events', { ...query, order: 'desc' })).events;

export interface PassageFilter {
  q?: string;
  fuzzy?: 1;
  kind?: '' | 'vehicle' | 'person';
  lane?: string;
  person?: string;
  result?: string;
  from?: string;
  to?: string;
}
export const readPassages = (filter: PassageFilter, cursor?: string | null, limit = 50): Promise<PassagePage> =>
  get<PassagePage>('/passages', { ...filter, cursor, limit });
export const exportPassages = (filter: PassageFilter, reason: string): Promise<Response> =>
  request('POST', '/passages/export', { body: { ...filter, reason }, timeoutMs: 120_000 });
