import { computed, reactive } from 'vue';
import { Problem, setCsrf, whenLoggedOut } from '@/api/client';
import * as api from '@/api/session';
import type { Permission, Session } from '@/api/types';
import { setServerTime } from './now';

// Who sits at the screen. Nothing of it is kept in the browser: the cookie is out of a script's reach, and the rest is
// asked of the gateway again after a reload.
const state = reactive({
  session: null as Session | null,
  setupRequired: false,
  reached: true, // whether the gateway answered when it was last asked who this is
});

export const session = computed(() => state.session);
export const setupRequired = computed(() => state.setupRequired);
export const sessionReached = computed(() => state.reached);

export function can(...wanted: Permission[]): boolean {
  const held = state.session?.user.permissions ?? [];
  return wanted.every((permission) => held.includes(permission));
}

function take(found: Session | null): void {
  state.session = found;
  if (found) state.setupRequired = false;
  setCsrf(found?.csrf ?? '');
  if (found) setServerTime(found.server_time);
}

// Several who ask at once share one answer.
let asking: Promise<void> | null = null;
export function loadSession(): Promise<void> {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

async function ask(): Promise<void> {
  try {
    take(await api.readSession());
    state.reached = true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    state.reached = error.status !== 0;
    if (error.status !== 401) return;
    take(null);
    state.setupRequired = error.members.setup_required === true;
  }
}

export async function logIn(name: string, password: string): Promise<void> {
  take(await api.logIn(name, password));
}

export async function setUp(body: Parameters<typeof api.setUp>[0]): Promise<void> {
  take(await api.setUp(body));
}

export async function changePassword(old: string, fresh: string): Promise<void> {
  await api.changePassword(old, fresh);
  await loadSession();
}

export async function logOut(): Promise<void> {
  try {
    await api.logOut();
  } catch (error) {
    // A session that has ended already is what was wanted.
    if (!(error instanceof Problem && error.status === 401)) throw error;
  }
  take(null);
}

export function sessionLost(): void {
  take(null);
}
whenLoggedOut(sessionLost);
