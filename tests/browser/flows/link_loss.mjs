// What a screen does when it no longer hears the gateway, and when the gateway no longer reaches who is above it.
import assert from 'node:assert/strict';
import { password } from '../stage.mjs';
import { until } from '../world.mjs';
import { wordsOf } from '../words.mjs';
import { endAllAlerts } from './guard.mjs';

const t = wordsOf('zh-CN');
const words = (key) => t(key).split(/[{，]/)[0]; // up to the first that changes

export function linkFlows(stage) {
  stage.screen('a screen that hears nothing says since when, stays usable, and catches up by itself', { as: 'guard' }, async (screen, page) => {
    screen.expectCuts();
    await endAllAlerts(stage);
    await screen.go('/lanes');
    const strip = page.locator('.passage');
    const seen = (plate) => strip.filter({ hasText: new RegExp([...plate].join('\\s*')) });
    await stage.world.tell('emit lpr-in plate 沪B10001');
    await seen('沪B10001').waitFor();
    const cut = page.getByRole('status').getByText(words('shell.link.cut'));
    stage.link.cut();
    try {
      await cut.waitFor();
      assert.match(await page.locator('.banners').innerText(), /\d\d:\d\d:\d\d/, 'since when');
      await page.getByText(t('shell.link.old')).waitFor();
      await screen.check('without a link');
      await screen.shot('lanes-cut');
      await stage.world.tell('emit lpr-in plate 沪B10002');
      await stage.world.tell('emit face-east duress');
      await page.getByRole('link', { name: t('shell.nav.now') }).first().click();
      await page.getByText(t('guard.now.calm')).waitFor(); // as it was known then
      await page.getByRole('link', { name: t('shell.nav.lanes') }).first().click();
      await seen('沪B10001').waitFor();
      assert.equal(await seen('沪B10002').count(), 0);
      await page.getByRole('article', { name: '东门进口' }).getByRole('button', { name: t('guard.barrier.doOpen') }).click();
      await page.getByRole('dialog').getByRole('button', { name: t('guard.reason.visitor') }).click();
      await page.getByRole('dialog').locator('.hold').first().hover();
      await page.mouse.down();
      await page.getByRole('dialog').getByText(t('guard.outcome.unknown')).waitFor(); // nobody answers: the guard is told to look
      await page.mouse.up();
      await page.keyboard.press('Escape');
      assert.equal(stage.world.movements('lpr-in').length, 0, 'nothing moved');
    } finally {
      stage.link.mend();
    }
    await cut.waitFor({ state: 'detached' });
    await seen('沪B10002').waitFor();
    assert.equal(await seen('沪B10002').count(), 1, 'what happened in between is there once');
    assert.equal(await seen('沪B10001').count(), 1);
    for (const plate of ['沪B10001', '沪B10002']) await seen(plate).getByRole('img').waitFor();
    await page.getByRole('link', { name: t('shell.nav.now') }).first().click();
    await page.getByRole('region', { name: t('guard.now.mostUrgent') }).getByRole('heading', { name: t('shell.kind.duress') }).waitFor();
    await page.getByText(t('guard.now.only')).waitFor();
  });

  stage.screen('after a restart of the gateway one logs in and is where one was', { as: 'guard' }, async (screen, page) => {
    screen.expectCuts();
    for (const [method, where] of [['GET', '/api/v1/'], ['POST', '/api/v1/session']]) screen.expect(method, where, 401);
    await screen.go('/lanes');
    await page.getByRole('article', { name: '东门进口' }).waitFor();
    await stage.world.end('gateway');
    await page.getByRole('status').getByText(words('shell.link.cut')).waitFor();
    await stage.world.startGateway();
    for (const [role, person] of stage.people) await person.logIn(`${role}-1`, password);
    await page.waitForURL(/\/login\?next=\/lanes$/);
    await page.getByLabel(t('shell.login.name'), { exact: true }).fill('guard-1');
    await page.getByLabel(t('shell.login.password'), { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/lanes');
    await page.getByRole('article', { name: '东门进口' }).waitFor();
  });

  stage.screen('without those above work goes on; the screen says what waits, and that it went', { as: 'guard' }, async (screen, page) => {
    const status = async () => (await stage.people.get('guard').send('GET', '/api/v1/status')).json.upstreams[0];
    await until(async () => (await status()).link === 'up' && (await status()).backlog === 0, 'everything is above');
    await screen.go('/health');
    const centre = page.getByRole('article').filter({ hasText: t('guard.health.upstream', { name: 'centre' }) });
    await centre.getByText(t('guard.health.upstreamState.up')).waitFor();
    await stage.world.end('broker');
    const banner = page.getByRole('status').getByText(t('shell.link.upstream', { name: 'centre' }));
    await banner.waitFor();
    for (let n = 0; n < 3; ++n) await stage.world.tell(`emit lpr-in plate 沪B2000${n}`);
    const waits = new RegExp(t('guard.health.waiting', { n: '[1-9]\\d*' }));
    await centre.getByText(waits).waitFor();
    await centre.getByText(t('guard.health.neverEmpty')).waitFor();
    await screen.check('without those above');
    await screen.shot('health-upstream');
    await stage.world.startBroker();
    await banner.waitFor({ state: 'detached' });
    await centre.getByText(t('guard.health.empty')).waitFor();
    await until(async () => (await status()).backlog === 0, 'what waited has gone');
  });
}
