import { readonly, ref } from 'vue';

// Whether a person is at the screen: what the console asks by itself must not keep a session alive that nobody uses.
const recent = 20_000; // longer than the pause between two readings of the status
const last = ref(Date.now());
export const lastInput = readonly(last);

type Return = (awayMs: number) => void;
const returns = new Set<Return>();
export function onReturn(handler: Return): () => void {
  returns.add(handler);
  return () => returns.delete(handler);
}

export const isPresent = (): boolean => Date.now() - last.value < recent;

function note(): void {
  const away = Date.now() - last.value;
  last.value = Date.now();
  if (away > recent) for (const handler of returns) handler(away);
}
if (typeof window !== 'undefined')
  for (const name of ['pointerdown', 'keydown', 'wheel', 'touchstart']) window.addEventListener(name, note, { capture: true, passive: true });
