import { useI18n } from 'vue-i18n';
import { board } from '@/live/board';

// The names that people gave to what has an id, and the words for what has a code. An id that nobody named, or a word
// that is new, is shown as it is.
export function useNames() {
  const { t, te } = useI18n();
  const word = (group: string, code: string): string => (te(`${group}.${code}`) ? t(`${group}.${code}`) : code);
  const laneName = (id: string | undefined): string => board.lanes.find((lane) => lane.id === id)?.name
    ?? board.status?.lanes.find((lane) => lane.id === id)?.name ?? id ?? '';
  const deviceName = (id: string): string =>
    id === 'gateway' ? t('shell.gateway') : (board.status?.devices.find((device) => device.id === id)?.name ?? id);
  const placeName = (one: { lane?: string; device?: string }): string =>
    [laneName(one.lane), one.device ? deviceName(one.device) : ''].filter(Boolean).join(' · ');
  const kindName = (kind: string): string => word('shell.kind', kind);
  // "wang (guard, 192.0.2.7)" over the network, "wang (api)" in a command, "gateway" or "file" where it was nobody.
  function actorName(actor: string): string {
    const [, name, as = '', from = ''] = /^(.*) \((\S+?)(?:, (\S+))?\)$/.exec(actor) ?? [];
    if (!name) return word('shell.nobody', actor);
    const role = te(`shell.role.${as}`) ? t(`shell.role.${as}`) : word('shell.nobody', as);
    return t('shell.actor', { name, how: [role, from].filter(Boolean).join(' ') });
  }
  const listed = (texts: string[]): string => texts.join(t('shell.between'));
  return { word, laneName, deviceName, placeName, kindName, actorName, listed };
}
