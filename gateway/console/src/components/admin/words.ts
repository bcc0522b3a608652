import { useI18n } from 'vue-i18n';
import { exact, patterns } from './sentences';

// Devices and drivers speak English sentences of their own. Those an installer meets are said in Chinese here; what is
// not known is shown as it came, because half a translation misleads.

// Some drivers say a sentence in both languages, with a stroke between them.
const bilingual = /^([^\p{Script=Han}]+) \/ (.*\p{Script=Han}.*)$/u;

function known(text: string): string | undefined {
  const words = exact[text];
  if (words !== undefined) return words;
  for (const [pattern, sentence] of patterns) {
    const parts = pattern.exec(text);
    if (!parts) continue;
    return sentence.replace(/\$\d|\{\d\}/g, (hole) => {
      const part = parts[Number(hole[1])] ?? '';
      return hole.startsWith('$') ? part : inChinese(part);
    });
  }
  return undefined;
}

// A number, a name or a model needs no translation; two words beside each other are a sentence.
const isName = (text: string): boolean => !/[a-z]+ [a-z]+/.test(text);

function inParts(text: string, between: string, mark: string): string | undefined {
  const parts = text.split(between);
  if (parts.length < 2) return undefined;
  const words = parts.map((part) => inWords(part) ?? (isName(part) ? part : undefined));
  return words.every((word) => word !== undefined) ? words.join(mark) : undefined;
}

const inWords = (text: string): string | undefined => known(text) ?? inParts(text, '; ', '；') ?? inParts(text, ', ', '，');

export const inChinese = (text: string): string => bilingual.exec(text)?.[2] ?? inWords(text) ?? text;
const inEnglish = (text: string): string => bilingual.exec(text)?.[1] ?? text;

// A clock's error as people say it: by how much, and which way.
export function offsetText(t: (key: string, values: Record<string, unknown>) => string, ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  if (seconds < 1) return t('admin.clock.right', {});
  const span = seconds < 120 ? t('shell.time.seconds', { n: Math.round(seconds) }) : t('shell.time.minutes', { n: Math.round(seconds / 60) });
  return t(ms > 0 ? 'admin.clock.fast' : 'admin.clock.slow', { span });
}

export function useWords(): { said: (text: unknown) => string } {
  const { locale } = useI18n();
  return { said: (text) => (locale.value === 'zh-CN' ? inChinese(String(text)) : inEnglish(String(text))) };
}
