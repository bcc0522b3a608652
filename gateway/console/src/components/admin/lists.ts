import { useI18n } from 'vue-i18n';

// What lists are called: "resident" alone, "plate/resident" with what stands on it. A name of the estate's own stays.
export function useListNames() {
  const { t, te } = useI18n();
  const listName = (list: string): string => (te(`admin.list.${list}`) ? t(`admin.list.${list}`) : list);
  function fullListName(key: string): string {
    const [type = '', list] = key.split('/');
    if (!te(`admin.lists.of.${type}`)) return key;
    return [t(`admin.lists.of.${type}`), list && listName(list)].filter(Boolean).join(' · ');
  }
  return { listName, fullListName };
}
