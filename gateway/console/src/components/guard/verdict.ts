import { useI18n } from 'vue-i18n';
import type { Passage } from '@/api/types';
import type { Lamp } from '@/components/StateLamp.vue';

export interface Verdict {
  state: Lamp;
  text: string;
  why: string;
}

// What became of somebody at the gate and why, in the words of the gate. A rule this console does not know speaks with
// the gateway's own sentence.
export function useVerdict(): (passage: Passage) => Verdict {
  const { t, te } = useI18n();

  function why(passage: Passage): string {
    const { decision } = passage;
    if (!decision) return '';
    if (te(`guard.rule.${decision.rule}`)) return t(`guard.rule.${decision.rule}`);
    const list = /^(.+)-list$/.exec(decision.rule)?.[1];
    if (list) return t('guard.rule.list', { list: te(`guard.list.${list}`) ? t(`guard.list.${list}`) : list });
    return decision.reasons[0] ?? decision.rule;
  }

  return (passage) => {
    const result = passage.decision?.result;
    if (result === 'deny' || result === 'refuse') return { state: 'bad', text: t('guard.verdict.denied'), why: why(passage) };
    if (result === 'open') return { state: 'good', text: t('guard.verdict.open'), why: why(passage) };
    return { state: 'calm', text: t('guard.verdict.seen'), why: '' };
  };
}
