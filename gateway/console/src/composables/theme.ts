import { readonly, ref, watch } from 'vue';
import { now } from './now';
import { keep, kept } from './keep';

// Light by day, dark at night: by the estate's clock unless the guard or the system says otherwise.
export type ThemeChoice = 'auto' | 'light' | 'dark';
const choices: readonly ThemeChoice[] = ['auto', 'light', 'dark'];

const choice = ref<ThemeChoice>(choices.find((c) => c === kept('theme')) ?? 'auto');
const system = window.matchMedia('(prefers-color-scheme: dark)');

export const themeChoice = readonly(choice);

export function isNight(at: number): boolean {
  const beijing = new Date(at + 8 * 3_600_000);
  const minutes = beijing.getUTCHours() * 60 + beijing.getUTCMinutes();
  return minutes >= 19 * 60 || minutes < 6 * 60 + 30;
}

function apply(): void {
  const dark = choice.value === 'dark' || (choice.value === 'auto' && (system.matches || isNight(now.value)));
  document.documentElement.classList.toggle('dark', dark);
}

export function nextTheme(): void {
  choice.value = choices[(choices.indexOf(choice.value) + 1) % choices.length] ?? 'auto';
  keep('theme', choice.value);
}

export function startTheme(): void {
  system.addEventListener('change', apply);
  watch([choice, () => Math.floor(now.value / 60_000)], apply, { immediate: true });
}
