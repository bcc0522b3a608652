import { nextTick } from 'vue';

// What had the focus may be gone with what it did: the keyboard goes on within the page then, not before its beginning.
export async function keepFocus(): Promise<void> {
  await nextTick();
  if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
}
