// Every screen in both sizes, both languages and both lights: nothing is cut off or untranslated, axe finds nothing.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { sizes } from '../screen.mjs';

const places = {
  now: '/now', queue: '/queue', lanes: '/lanes', health: '/health', shift: '/shift', search: '/search', install: '/install', devices: '/devices',
  device: '/devices/lpr-in', config: '/config', 'config-history': '/config/history', 'config-rules': '/config/rules', upstreams: '/upstreams',
  acceptance: '/acceptance', lists: '/lists', users: '/users', audit: '/audit', reports: '/reports', password: '/password', missing: '/no-such-place',
};
const han = /[\u3400-\u9fff]+/g;

// Chinese that stands in no text of the estate's own.
async function untranslated(page, known) {
  const texts = await page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const holder = node.parentElement;
      if (!holder.closest('[lang^="zh"], textarea, .diff') && holder.checkVisibility()) found.push(node.data);
    }
    return found;
  });
  return texts.flatMap((text) => known.reduce((left, word) => left.replaceAll(word, ''), text).match(han) ?? []);
}

// What people have given names to, the longest first, and the words they wrote elsewhere in these tests.
function namesOf(world) {
  const names = [...fs.readFileSync(world.config, 'utf8').matchAll(/name = "([^"]+)"/g)].map((found) => found[1]);
  return [...names.sort((one, other) => other.length - one.length), '王工', '李师傅', '沪', '快递', '到场处理好了', '中文'];
}

export function screens(stage) {
  for (const locale of ['zh-CN', 'en'])
    stage.screen(`every screen is whole in ${locale}`, { as: 'admin', locale }, async (screen, page) => {
      const known = namesOf(stage.world);
      for (const [name, where] of Object.entries(places)) {
        await screen.resize('desk');
        await screen.go(where);
        assert.equal(new URL(page.url()).pathname, where);
        for (const size of Object.keys(sizes)) {
          await screen.resize(size);
          await screen.shot(name);
          await screen.check(`${name}, ${size}`);
        }
        if (locale === 'en') for (const text of await untranslated(page, known)) screen.flaws.push(`${name}: "${text}" is not translated`);
        if (locale !== 'zh-CN') continue;
        await screen.dark(true);
        await screen.shot(`${name}-dark`);
        await screen.check(`${name}, dark`, ['color-contrast']);
        await screen.dark(false);
      }
    });
}
