import { createI18n } from 'vue-i18n';
import { keep, kept } from '@/composables/keep';

// One file an area and a language; a view loads its area when it is opened, so that the first screen stays small.
export const locales = ['zh-CN', 'en'] as const;
export type Locale = (typeof locales)[number];

type Messages = Record<string, unknown>;
const files = import.meta.glob<Messages>('./*/*.json', { import: 'default' });

export const i18n = createI18n<false>({
  legacy: false,
  locale: locales.find((locale) => locale === kept('locale')) ?? 'zh-CN',
  messages: {},
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
});

const wanted = new Set<string>();
const loaded = new Set<string>();

async function load(locale: string, area: string): Promise<void> {
  const path = `./${locale}/${area}.json`;
  const file = files[path];
  if (loaded.has(path) || !file) return;
  const messages = await file();
  i18n.global.mergeLocaleMessage(locale, { [area]: messages });
  loaded.add(path);
}

export async function loadAreas(areas: readonly string[]): Promise<void> {
  areas.forEach((area) => wanted.add(area));
  await Promise.all(areas.map((area) => load(i18n.global.locale.value, area)));
}

export async function setLocale(locale: Locale): Promise<void> {
  await Promise.all([...wanted].map((area) => load(locale, area)));
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
  keep('locale', locale);
}
