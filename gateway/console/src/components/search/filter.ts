import type { PassageFilter } from '@/api/guard';
import { fromField } from '@/components/time';

// The form of a search as people fill it in, what is sent of it, and how it stands in the page's address, so that a
// search can be sent to a colleague and survives a reload.
export interface SearchForm {
  q: string;
  fuzzy: boolean;
  kind: '' | 'vehicle' | 'person';
  lane: string;
  person: string;
  result: string;
  from: string; // fields of type datetime-local
  to: string;
}

export const emptyForm = (): SearchForm => ({ q: '', fuzzy: true, kind: '', lane: '', person: '', result: '', from: '', to: '' });

export function filterOf(form: SearchForm): PassageFilter {
  const q = form.q.trim().toUpperCase().replace(/[\s·•]/g, '');
  return {
    q: q || undefined,
    fuzzy: q && form.fuzzy ? 1 : undefined,
    kind: form.kind || undefined,
    lane: form.lane || undefined,
    person: form.person.trim() || undefined,
    result: form.result || undefined,
    from: fromField(form.from),
    to: fromField(form.to),
  };
}

export function queryOf(form: SearchForm): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(form)) if (typeof value === 'string' && value.trim()) query[name] = value.trim();
  if (!form.fuzzy) query.fuzzy = '0';
  return query;
}

export function formOf(query: Record<string, unknown>): SearchForm {
  const form = emptyForm();
  const text = (name: string): string => (typeof query[name] === 'string' ? (query[name] as string) : '');
  const kind = text('kind');
  return {
    ...form,
    q: text('q'),
    fuzzy: text('fuzzy') !== '0',
    kind: kind === 'vehicle' || kind === 'person' ? kind : '',
    lane: text('lane'),
    person: text('person'),
    result: text('result'),
    from: text('from'),
    to: text('to'),
  };
}
