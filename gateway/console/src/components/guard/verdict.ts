import { useI18n } from 'vue-i18n';
import type { Passage } from '@/api/types';
import type { Lamp } from '@/components/StateLamp.vue';

export interface Verdict {
  state: Lamp;
  text: string;
  why: string;
}

// A rule that a decision names, in the words of the gate; empty: this console does not know it.
export function useRules(): (rule: string) => string {
  const { t, te } = useI18n();
  return (rule) => {
    if (te(`guard.rule.${rule}`)) return t(`guard.rule.${rule}`);
    const list = /^(.+)-list$/.exec(rule)?.[1];
    return list ? t('guard.rule.list', { list: te(`guard.list.${list}`) ? t(`guard.list.${list}`) : list }) : '';
  };
}

// What became of somebody at the gate and why. A rule this console does not know speaks with the gateway's own sentence.
export function useVerdict(): (passage: Passage) => Verdict {
  const { t } = useI18n();
  const ruleText = useRules();

  function why(passage: Passage): string {
    const { decision } = passage;
    if (!decision) return '';
    const reason = decision.reasons[0] ?? '';
    const devices = /^The device refused: (\w+)\.$/.exec(reason)?.[1];
    return (devices && ruleText(devices)) || ruleText(decision.rule) || reason || decision.rule;
  }

  return (passage) => {
    const result = passage.decision?.result;
    if (result === 'deny') return { state: 'bad', text: t('guard.verdict.denied'), why: why(passage) };
    if (result === 'open') return { state: 'good', text: t('guard.verdict.open'), why: why(passage) };
    return { state: 'calm', text: t('guard.verdict.seen'), why: '' };
  };
}
