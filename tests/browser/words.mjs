// The console's own words: a test looks for what a person would look for, and a better wording breaks no test.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './world.mjs';

const areas = ['shell', 'guard', 'search', 'admin', 'config', 'acceptance', 'report'];

export function wordsOf(locale) {
  const folder = path.join(root, 'gateway/console/src/i18n', locale);
  const all = Object.fromEntries(areas.map((area) => [area, JSON.parse(fs.readFileSync(path.join(folder, `${area}.json`), 'utf8'))]));
  return (key, given = {}) => {
    const text = key.split('.').reduce((part, step) => part?.[step], all);
    if (typeof text !== 'string') throw new Error(`the console has no words for ${key} in ${locale}`);
    return text.replace(/\{'(.)'\}/g, '$1').replace(/\{(\w+)\}/g, (_, name) => given[name] ?? '');
  };
}
