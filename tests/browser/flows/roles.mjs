// What each role sees of the console, and that the gateway refuses what it does not see.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOf } from '../words.mjs';
import { endAllAlerts } from './guard.mjs';

const t = wordsOf('zh-CN');

// Each place, and something that only those may ask for who have it.
const places = {
  now: ['/now', 'GET', '/api/v1/alerts'],
  queue: ['/queue', 'GET', '/api/v1/silences'],
  lanes: ['/lanes', 'GET', '/api/v1/events?limit=1'],
  health: ['/health', 'GET', '/api/v1/status'],
  shift: ['/shift', 'GET', '/api/v1/handovers'],
  search: ['/search', 'GET', '/api/v1/passages?limit=1'],
  install: ['/install', 'GET', '/api/v1/protocols'],
  devices: ['/devices', 'GET', '/api/v1/devices/lpr-in/prove'],
  config: ['/config', 'GET', '/api/v1/config'],
  upstreams: ['/upstreams', 'GET', '/api/v1/alerts/route-test?severity=1'],
  acceptance: ['/acceptance', 'GET', '/api/v1/acceptance'],
  lists: ['/lists', 'GET', '/api/v1/lists'],
  users: ['/users', 'GET', '/api/v1/users'],
  audit: ['/audit', 'GET', '/api/v1/audit?limit=1'],
  reports: ['/reports', 'GET', '/api/v1/report'],
};
const duty = ['now', 'queue', 'lanes', 'health', 'shift'];
// By hand: a place that somebody is given or loses by mistake is seen here.
const seen = {
  admin: Object.keys(places),
  manager: [...duty, 'search', 'config', 'upstreams', 'acceptance', 'lists', 'audit', 'reports'],
  guard: duty,
  maintainer: [...duty, 'install', 'devices', 'config', 'upstreams', 'acceptance'],
  committee: ['health', 'reports'],
  neighbourhood: ['now', 'queue', 'health', 'shift', 'reports'],
  centre: [...duty, 'reports'],
  police: ['lanes', 'health', 'search'],
};
const opens = ['admin', 'manager', 'guard', 'centre'];
const looks = ['admin', 'manager', 'guard', 'police'];

// Of the buttons of a screen, those this role has.
async function buttons(page, role) {
  const lane = page.getByRole('article', { name: '东门进口' });
  const there = async (name) => (await lane.getByRole('button', { name: t(name) }).count()) > 0;
  if (!seen[role].includes('lanes')) return;
  await page.getByRole('link', { name: t('shell.nav.lanes') }).first().click();
  await lane.waitFor();
  assert.equal(await there('guard.barrier.doOpen'), opens.includes(role), `${role} opens a barrier`);
  assert.equal(await there('guard.live.look'), looks.includes(role), `${role} looks through a camera`);
}

export function roleFlows(stage) {
  for (const role of Object.keys(seen)) {
    stage.screen(`${role}: the places of the role are there, and what has none says so`, { as: role }, async (screen, page) => {
      await screen.go('/');
      await page.waitForURL(`**${places[seen[role][0]][0]}`);
      const there = await page.getByRole('navigation', { name: t('shell.navigation') }).first().getByRole('link').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
      assert.deepEqual(there, seen[role].map((place) => places[place][0]));
      await buttons(page, role);
      const barred = Object.keys(places).filter((place) => !seen[role].includes(place));
      for (const place of new Set([barred[0], barred.at(-1)].filter(Boolean))) {
        const [where] = places[place];
        await screen.go(where);
        await page.getByText(t('shell.nothing.text')).waitFor();
        assert.equal(new URL(page.url()).pathname, where, 'the address stays');
      }
    });
  }

  stage.screen('a page that is not there says so and leads home', { as: 'committee' }, async (screen, page) => {
    await screen.go('/no/such/page?x=1');
    assert.ok(page.url().endsWith('/no/such/page?x=1'));
    await screen.check('no such page');
    await screen.shot('nothing');
    await page.getByRole('link', { name: t('shell.nothing.home') }).click();
    await page.waitForURL('**/health');
  });

  stage.screen('who may not hear the journal is told of alerts all the same, and of a link that is lost', { as: 'neighbourhood' }, async (screen, page) => {
    await endAllAlerts(stage);
    await screen.go('/now');
    await page.getByText(t('guard.now.calm')).waitFor();
    await stage.world.tell('emit face-east duress');
    await page.getByRole('region', { name: t('guard.now.mostUrgent') }).waitFor();
    const cut = page.getByRole('status').getByText(t('shell.link.old'));
    stage.link.cut();
    await cut.waitFor();
    stage.link.mend();
    await cut.waitFor({ state: 'detached' });
    await endAllAlerts(stage);
  });

  test('what a role does not see the gateway refuses to it', async () => {
    for (const role of Object.keys(seen)) {
      const person = await stage.somebody(role);
      for (const [place, [, method, where]] of Object.entries(places)) {
        const { status } = await person.send(method, where);
        const served = seen[role].includes(place) || place === 'health';
        assert.equal(status === 403, !served, `${role} ${method} ${where}: ${status}`);
      }
      const open = await person.send('POST', '/api/v1/commands', { id: `no-lane-${role}`, action: 'open', lane: 'no-such-lane', reason: 'test', expires_in_s: 5 });
      assert.equal(open.status === 403, !opens.includes(role), `${role} opens: ${open.status}`);
      assert.equal((await person.send('GET', '/api/v1/devices/no-such/snapshot')).status === 403, !looks.includes(role), `${role} looks`);
    }
  });
}
