import { shallowReactive, watchEffect, type Ref, ref } from 'vue';
import { readEvent } from '@/api/guard';
import type { Alert, Event, Passage, Picture } from '@/api/types';
import { can } from '@/composables/session';
import { passageOf } from '@/live/apply';

// What an alert rests on: the entries of the journal it names, read once each. One that cannot be read (deleted by now,
// or not for these eyes) is asked for again only when a view is opened.
const known = shallowReactive(new Map<string, Event | null>());
const kept_max = 200;

async function read(id: string): Promise<void> {
  if (known.has(id) || !can('event.read')) return;
  if (known.size >= kept_max) known.clear();
  known.set(id, null);
  try {
    known.set(id, await readEvent(id));
  } catch {
    // The alert speaks for itself.
  }
}

export const picturesOf = (event: Event): Picture[] =>
  Array.isArray(event.data?.snapshots) ? (event.data.snapshots as Picture[]).filter((one) => one.sha256) : [];

export interface Evidence {
  pictures: Picture[];
  passage: Passage | null;
}

export function useEvidence(alert: () => Alert | undefined): Ref<Evidence> {
  for (const [id, event] of known) if (!event) known.delete(id);
  const evidence = ref<Evidence>({ pictures: [], passage: null });
  watchEffect(() => {
    const ids = (alert()?.evidence ?? []).slice(0, 4);
    for (const id of ids) void read(id);
    const events = ids.map((id) => known.get(id)).filter((event): event is Event => Boolean(event));
    const passages = events.map(passageOf).filter((passage): passage is Passage => passage !== null);
    evidence.value = { pictures: events.flatMap(picturesOf), passage: passages[0] ?? null };
  });
  return evidence;
}
