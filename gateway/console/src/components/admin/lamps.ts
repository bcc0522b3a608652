import type { Link } from '@/api/types';
import type { Lamp } from '@/components/StateLamp.vue';

export function lampOf(link: Link | undefined): Lamp {
  if (link === 'up') return 'good';
  if (link === 'down') return 'bad';
  return link === 'silent' ? 'warn' : 'unknown';
}

export const linkText = (t: (key: string) => string, link: Link | undefined): string => t(`admin.link.${link ?? 'unknown'}`);
