import { onMounted, onUnmounted, ref, type Ref } from 'vue';
import { useRouter } from 'vue-router';
import type { Place } from '@/navigation';

// Keys that work everywhere: 1 to 9 go to a place, / to the search, ? shows the keys. Never while somebody writes.
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function useKeys(act: (key: string) => boolean): void {
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isWriting(event.target)) return;
    if (document.querySelector('dialog[open]')) return;
    if (act(event.key)) event.preventDefault();
  };
  onMounted(() => window.addEventListener('keydown', press));
  onUnmounted(() => window.removeEventListener('keydown', press));
}

export const searchOf = (places: readonly Place[]): Place | undefined => places.find((place) => place.name === 'search');

export function useShortcuts(places: Ref<Place[]>): { help: Ref<boolean> } {
  const router = useRouter();
  const help = ref(false);
  useKeys((key) => {
    if (key === '?') {
      help.value = true;
      return true;
    }
    const place = key === '/' ? searchOf(places.value) : /^[1-9]$/.test(key) ? places.value[Number(key) - 1] : undefined;
    if (!place) return false;
    void router.push(place.path);
    return true;
  });
  return { help };
}
