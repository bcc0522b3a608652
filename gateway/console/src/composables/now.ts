import { readonly, ref } from 'vue';

// The gateway's time, a second at a time: countdowns must not depend on the clock of the guard's computer.
let offset = 0;
const current = ref(Date.now());

export const now = readonly(current);

export function setServerTime(text: string): void {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return;
  offset = at - Date.now();
  current.value = at;
}

setInterval(() => {
  current.value = Date.now() + offset;
}, 1000);
