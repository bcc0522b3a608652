// What a guard does at night: hears an alert and ends it, opens a barrier, sees who passes.
import assert from 'node:assert/strict';
import { until } from '../world.mjs';
import { wordsOf } from '../words.mjs';

const t = wordsOf('zh-CN');

// What has been made to sound; a machine without loudspeakers hears it all the same.
const countTones = () => {
  window.toned = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...given) {
    window.toned += this.context.state === 'running' ? 1 : 0;
    return start.apply(this, given);
  };
};

async function openAlerts(person) {
  return (await person.send('GET', '/api/v1/alerts?open=1')).json.alerts;
}

// Nothing may be left over from another test: what is asked for is what comes now.
export async function endAllAlerts(stage) {
  const manager = await stage.somebody('manager');
  for (const alert of await openAlerts(manager)) {
    const close = () => manager.send('POST', `/api/v1/alerts/${alert.alert_id}/close`, { result: 'test', note: 'cleared away' });
    if ((await close()).status === 200) continue;
    for (const verb of ['ack', 'handle', 'resolve']) await manager.send('POST', `/api/v1/alerts/${alert.alert_id}/${verb}`, { note: 'cleared away', result: 'test' });
    await close();
  }
}

export function guardFlows(stage) {
  stage.screen('an alert sounds, counts down, is gone to, reported and closed', { as: 'guard' }, async (screen, page) => {
    await endAllAlerts(stage);
    await page.addInitScript(countTones);
    await screen.go('/now');
    await page.getByText(t('guard.now.calm')).waitFor();
    await page.locator('h2').first().click(); // no browser sounds before it is touched
    await page.getByRole('button', { name: t('shell.sound.on') }).waitFor();
    await stage.world.tell('emit face-east duress');
    const urgent = page.getByRole('region', { name: t('guard.now.mostUrgent') });
    await urgent.getByRole('heading', { name: t('shell.kind.duress') }).waitFor();
    await page.waitForFunction(() => window.toned > 0);
    const clock = urgent.locator('.spread').first();
    const left = await clock.innerText();
    assert.match(left, /\d:\d\d/);
    await until(async () => (await clock.innerText()) !== left, 'the countdown runs');
    await screen.check('an alert');
    await screen.shot('now-alert');
    await urgent.getByRole('button', { name: t('guard.act.ack') }).click();
    await urgent.getByRole('button', { name: t('guard.act.handle') }).click();
    await urgent.getByRole('button', { name: t('guard.act.done') }).click();
    const dialog = page.getByRole('dialog');
    await screen.check('the end of an alert');
    await screen.shot('now-end');
    await dialog.getByRole('button', { name: new RegExp(`${t('guard.end.close')}|${t('guard.end.resolve')}`) }).click();
    await dialog.getByText(t('guard.end.missing.result')).waitFor();
    await dialog.getByLabel(t('guard.result.real')).check();
    await dialog.getByRole('button', { name: t('guard.quick.handled') }).click();
    await dialog.getByRole('button', { name: new RegExp(`${t('guard.end.close')}|${t('guard.end.resolve')}`) }).click();
    await dialog.waitFor({ state: 'hidden' });
    const manager = await stage.somebody('manager');
    const mine = (await openAlerts(manager)).find((one) => one.kind === 'duress');
    assert.equal(mine?.state, 'resolved', 'an urgent alert is closed by somebody else');
    assert.equal((await manager.send('POST', `/api/v1/alerts/${mine.alert_id}/close`, { result: 'real', note: '' })).status, 200);
    await page.getByText(t('guard.now.calm')).waitFor(); // told by the stream alone
  });

  stage.screen('a barrier opens once, after a reason and a second of holding, and says where it is', { as: 'guard' }, async (screen, page) => {
    await screen.go('/lanes');
    const lane = page.getByRole('article', { name: '东门进口' });
    await lane.getByRole('button', { name: t('guard.barrier.doOpen') }).click();
    const dialog = page.getByRole('dialog');
    const hold = dialog.locator('.hold').first();
    assert.ok(await hold.isDisabled(), 'not without a reason');
    await dialog.getByRole('button', { name: t('guard.reason.parcel') }).click();
    await screen.check('opening a barrier');
    await screen.shot('lanes-open');
    const before = stage.world.movements('lpr-in').length;
    await hold.hover();
    await page.mouse.down();
    await page.mouse.up(); // a sleeve
    await page.mouse.down();
    await dialog.getByText(t('guard.outcome.confirmed')).waitFor();
    await page.mouse.up();
    const moved = stage.world.movements('lpr-in');
    assert.equal(moved.length - before, 1, 'it moved once');
    assert.equal(moved.at(-1).action, 'open');
    await lane.getByText(t('guard.barrier.open')).first().waitFor();
    await screen.shot('lanes-opened');
    const audit = (await stage.people.get('admin').send('GET', '/api/v1/audit?order=desc&limit=50')).json.rows;
    assert.ok(audit.some((row) => row.actor.startsWith('guard-1') && JSON.stringify(row).includes(t('guard.reason.parcel'))), 'who opened and why is recorded');
  });

  stage.screen('a passage appears at its lane without a reload', { as: 'guard' }, async (screen, page) => {
    await screen.go('/lanes');
    const lane = page.getByRole('article', { name: '东门进口' });
    await stage.world.tell('emit lpr-in plate 沪A2B3C4');
    await lane.getByLabel(/沪A.?2B3C4/).or(lane.getByText(/沪A.?2B3C4/)).first().waitFor();
    await lane.getByRole('img').first().waitFor();
  });
}
