// Who may not see a place does not see it, and is told so when he asks for it all the same.
import assert from 'node:assert/strict';
import { until } from '../world.mjs';
import { wordsOf } from '../words.mjs';

const t = wordsOf('zh-CN');
const places = ['now', 'queue', 'lanes', 'health', 'shift', 'search', 'install', 'devices', 'config', 'upstreams', 'acceptance', 'lists', 'users', 'audit', 'reports'];
const seen = {
  admin: places,
  manager: ['now', 'queue', 'lanes', 'health', 'shift', 'search', 'config', 'upstreams', 'acceptance', 'lists', 'audit', 'reports'],
  guard: ['now', 'queue', 'lanes', 'health', 'shift'],
  maintainer: ['now', 'queue', 'lanes', 'health', 'shift', 'install', 'devices', 'config', 'upstreams', 'acceptance'],
  committee: ['health', 'reports'],
  neighbourhood: ['now', 'queue', 'health', 'shift', 'reports'],
  centre: ['now', 'queue', 'lanes', 'health', 'shift', 'reports'],
  police: ['lanes', 'health', 'search'],
};

export function roleFlows(stage) {
  for (const [role, mine] of Object.entries(seen))
    stage.screen(`${role} sees these places and no other: ${mine.join(', ')}`, { as: role }, async (screen, page) => {
      await screen.go('/');
      const links = await page.locator('nav.side a').evaluateAll((all) => all.map((one) => new URL(one.href).pathname.slice(1)));
      assert.deepEqual(links, mine);
      for (const place of mine) { // each of them opens without an answer that refuses
        await page.locator(`nav.side a[href="/${place}"]`).click();
        await page.waitForURL(`**/${place}`);
        await screen.settled();
      }
      for (const place of places.filter((one) => !mine.includes(one)).slice(0, 2)) {
        await screen.go(`/${place}`);
        await page.getByText(t('shell.nothing.text')).waitFor();
      }
      await screen.check(`a place that ${role} may not see`);
      if (role === 'guard') await screen.shot('barred');
    });

  stage.screen('a maintainer sees no plate in clear', { as: 'maintainer' }, async (screen, page) => {
    await stage.world.tell('emit lpr-in plate 沪A7K7K7');
    await screen.go('/lanes');
    const maintainer = await stage.somebody('maintainer');
    const masked = await until(async () => (await maintainer.send('GET', '/api/v1/events?order=desc&limit=20')).text.match(/沪A•+\d*\w*/), 'the passage is in the journal');
    assert.ok(!masked[0].includes('7K7K7'));
    assert.ok(!(await page.locator('body').innerText()).includes('7K7K7'));
  });
}
