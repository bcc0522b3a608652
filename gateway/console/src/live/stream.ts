import { reactive, readonly } from 'vue';
import { base } from '@/api/client';
import type { Event, StreamFrame } from '@/api/types';
import { setServerTime } from '@/composables/now';
import { loadSession, sessionLost } from '@/composables/session';
import { Resume } from './resume';

// One connection for the whole console. It never ends by itself: it comes back with growing pauses and goes on where
// it was. A connection on which nothing is heard for 25 s (the gateway speaks every 10) counts as broken.
const silence = 25_000;
const logged_out = 4401;

const state = reactive({
  open: false,
  downSince: null as number | null, // browser time
  opened: 0, // how often it has been opened
});
export const stream = readonly(state);

type Listener = { event?: (event: Event) => void; opened?: () => void; gap?: () => void };
const listeners = new Set<Listener>();
const resume = new Resume();

let socket: WebSocket | null = null;
let wanted = false;
let again: ReturnType<typeof setTimeout> | undefined;
let watchdog: ReturnType<typeof setTimeout> | undefined;

export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function feed(frame: StreamFrame): void {
  const event = resume.take(frame);
  if (event) for (const listener of listeners) listener.event?.(event);
  if (frame.kind === 'hello' || frame.kind === 'tick') setServerTime(frame.server_time);
  if (frame.kind === 'gap') for (const listener of listeners) listener.gap?.();
  if (frame.kind !== 'hello') return;
  state.open = true;
  state.downSince = null;
  state.opened += 1;
  for (const listener of listeners) listener.opened?.();
}

function watch(current: WebSocket): void {
  clearTimeout(watchdog);
  watchdog = setTimeout(() => ended(current, 0), silence);
}

function ended(current: WebSocket, code: number): void {
  if (current !== socket) return;
  socket = null;
  current.close();
  clearTimeout(watchdog);
  state.open = false;
  state.downSince ??= Date.now();
  if (!wanted) return;
  if (code === logged_out) {
    sessionLost();
    return;
  }
  // A browser does not tell why a connection was refused; asking who we are does.
  if (resume.failures === 2) void loadSession();
  again = setTimeout(connect, resume.delay(Math.random()));
}

function connect(): void {
  clearTimeout(again);
  if (!wanted || socket) return;
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const current = new WebSocket(`${scheme}://${location.host}${base}/events/stream${resume.query()}`);
  socket = current;
  watch(current);
  current.onmessage = (message: MessageEvent<string>) => {
    if (current !== socket) return;
    watch(current);
    feed(JSON.parse(message.data) as StreamFrame);
  };
  current.onclose = (close) => ended(current, close.code);
}

export function startStream(): void {
  wanted = true;
  state.downSince = null;
  window.addEventListener('online', connect);
  connect();
}

export function stopStream(): void {
  wanted = false;
  window.removeEventListener('online', connect);
  clearTimeout(again);
  clearTimeout(watchdog);
  socket?.close();
  socket = null;
  resume.lastSeq = null;
  state.open = false;
}
