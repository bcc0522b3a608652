// The installer with a phone: a device nobody knows becomes one that is proven; then the paper that says so.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { endAllAlerts } from './guard.mjs';
import { until } from '../world.mjs';
import { wordsOf } from '../words.mjs';

const t = wordsOf('zh-CN');

async function enter(stage, screen, page, device, kind, name) {
  await screen.go('/install');
  await page.getByText(t('admin.find.byHand')).click();
  await page.getByLabel(t('admin.field.protocol')).selectOption('isapi');
  await page.getByLabel(t('admin.field.kind')).selectOption(kind);
  await page.getByLabel(t('admin.field.address')).fill(`http://127.0.0.1:${stage.world.devicePorts[device]}`);
  await screen.check('find');
  await page.getByRole('button', { name: t('admin.next') }).click();
  await page.getByText(t('admin.login.rule')).waitFor();
  await page.getByLabel(t('admin.field.username')).fill('gatehouse');
  await page.getByLabel(t('admin.field.password'), { exact: true }).fill('simulated');
  await page.getByRole('button', { name: t('admin.login.try') }).click();
  await page.getByRole('heading', { name: t('admin.login.done') }).waitFor();
  await screen.check('log in');
  await screen.shot('install-login');
  await page.getByRole('button', { name: t('admin.login.see') }).click();
  await page.getByLabel(t('admin.field.name'), { exact: true }).fill(name);
  await page.getByLabel(t('admin.field.id'), { exact: true }).fill(device);
  await page.getByRole('button', { name: t('admin.see.add') }).click();
  await page.getByText(`${t('config.change.will')}`).waitFor();
  await screen.shot('install-see');
  await page.getByRole('button', { name: t('config.change.write') }).click();
  await page.getByText(t('admin.link.up')).waitFor();
  await screen.check('see');
  await page.getByRole('button', { name: t('admin.see.next') }).click();
}

async function prove(stage, screen, page, device, emit) {
  const asked = page.waitForRequest((request) => request.url().endsWith(`/devices/${device}/prove`) && request.method() === 'POST');
  await page.getByRole('button', { name: t('admin.prove.start') }).click();
  await asked;
  await stage.world.tell(emit);
  await page.getByText(t('admin.prove.proven')).waitFor();
  await page.getByRole('heading', { name: t('admin.prove.raw') }).waitFor();
  assert.ok((await page.locator('.raw').innerText()).length > 20, 'what the device sent stands beside it');
  await screen.check('prove');
  await screen.shot('install-prove');
}

export function installFlows(stage) {
  stage.screen('a plate camera comes from its address to a proven passage and a barrier that was seen to move', { as: 'admin', size: 'phone' }, async (screen, page) => {
    screen.expect('GET', '/api/v1/devices/lpr-new', 404);
    screen.expect('GET', '/api/v1/devices/lpr-new/snapshot', 503);
    await enter(stage, screen, page, 'lpr-new', 'plate', '北门进口相机');
    await prove(stage, screen, page, 'lpr-new', 'emit lpr-new plate 沪A5X5X5');
    await page.getByRole('button', { name: t('admin.prove.next') }).click();
    await page.getByLabel(t('admin.lane.name')).fill('北门进口');
    await page.getByLabel(t('admin.lane.barrier')).selectOption('lpr-new');
    await page.getByLabel(t('admin.lane.by.gateway')).check();
    await page.getByRole('button', { name: t('admin.place.save') }).click();
    await page.getByRole('button', { name: t('config.change.write') }).click();
    await page.getByRole('heading', { name: t('admin.place.movement') }).waitFor();
    await screen.check('place');
    const before = stage.world.movements('lpr-new').length;
    await page.getByLabel(t('admin.movement.clear', { name: '北门进口' })).check();
    const hold = page.locator('.hold').first();
    await hold.hover();
    await page.mouse.down();
    await page.getByText(t('admin.movement.status.confirmed')).waitFor();
    await page.mouse.up();
    await screen.shot('install-place');
    assert.equal(stage.world.movements('lpr-new').length - before, 1, 'it moved once');
    const text = fs.readFileSync(stage.world.config, 'utf8');
    assert.ok(text.includes('北门进口相机') && text.includes('北门进口'), 'the file is the truth');
  });

  stage.screen('a face terminal is proven, its link is cut, and the passage it missed comes by itself', { as: 'admin', size: 'phone' }, async (screen, page) => {
    screen.expect('GET', '/api/v1/devices/face-new', 404);
    screen.expect('GET', '/api/v1/devices/face-new/snapshot', 503);
    await enter(stage, screen, page, 'face-new', 'face', '北门人脸终端');
    await prove(stage, screen, page, 'face-new', 'emit face-new face');
    await page.getByRole('button', { name: t('admin.prove.cutNow', { n: 30 }) }).click();
    await page.getByText(t('admin.prove.phase.cut', { n: '' }).slice(0, 3)).first().waitFor();
    await stage.world.tell('emit face-new face');
    await page.getByText(t('admin.prove.backfilled')).waitFor({ timeout: 75_000 });
    await screen.check('cut and back');
    await screen.shot('install-backfilled');
  });

  stage.screen('the configuration is changed with a reason, its errors stand at their lines, and it is taken back', { as: 'admin' }, async (screen, page) => {
    await endAllAlerts(stage);
    const before = fs.readFileSync(stage.world.config, 'utf8');
    await screen.go('/config');
    const area = page.getByLabel(t('config.editor.label'));
    const shown = await area.inputValue();
    assert.ok(!shown.includes('simulated'), 'no secret is shown');
    await area.fill(`${shown}\nnonsense = 1\n`);
    await page.getByRole('button', { name: t('config.editor.check') }).click();
    await page.getByText(t('config.change.cannot')).waitFor();
    assert.ok(await page.getByRole('button', { name: t('config.editor.write') }).isDisabled());
    await screen.check('errors of a configuration');
    await screen.shot('config-errors');
    await area.fill(shown.replace('name = "东门人行"', 'name = "东门行人"'));
    await page.getByRole('button', { name: t('config.editor.check') }).click();
    await page.getByText(t('config.editor.ok')).waitFor();
    await screen.shot('config-diff');
    await page.getByRole('button', { name: t('config.editor.write') }).click();
    await page.getByRole('dialog').getByLabel(t('admin.reason.label')).fill('改名');
    await page.getByRole('dialog').getByRole('button', { name: t('config.change.write') }).click();
    await page.getByText(t('config.editor.written')).waitFor();
    assert.equal(fs.readFileSync(stage.world.config, 'utf8'), before.replace('name = "东门人行"', 'name = "东门行人"'));
    await screen.go('/config/history');
    await page.getByText('改名').waitFor();
    await page.getByRole('button', { name: t('config.history.back') }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(t('admin.reason.label')).fill('改错了');
    await dialog.getByRole('button', { name: t('config.history.back') }).click();
    await page.getByText(t('config.history.undone', { n: '' }).slice(0, 4)).waitFor();
    assert.equal(fs.readFileSync(stage.world.config, 'utf8'), before, 'byte for byte what it was');
    await screen.shot('config-undone');
  });

  test('an acceptance is made item by item', async () => {
    const admin = await stage.somebody('admin');
    const run = (await admin.send('POST', '/api/v1/acceptance')).json;
    for (const item of run.items.filter((one) => one.result === 'open')) {
      const settled = await admin.send('POST', `/api/v1/acceptance/${run.id}/items/${encodeURIComponent(item.id)}`, {
        result: item.kind === 'auto' ? 'na' : 'pass', note: 'seen in a trial', evidence: [],
      });
      assert.equal(settled.status, 200, `${item.id}: ${settled.text}`);
    }
    stage.acceptance = run.id;
  });

  stage.screen('the acceptance is signed and prints as a paper that carries its hash, which the audit knows', { as: 'admin' }, async (screen, page) => {
    await screen.go(`/acceptance/${stage.acceptance}`);
    await page.getByRole('button', { name: t('acceptance.sign') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(t('acceptance.role.installer')).fill('张工');
    await dialog.getByLabel(t('acceptance.role.owner')).fill('李经理');
    await screen.check('signing');
    await dialog.getByRole('button', { name: t('acceptance.signYes') }).click();
    const hash = (await page.locator('.hash').innerText()).trim();
    assert.match(hash, /^[0-9a-f]{64}$/);
    await screen.check('a signed acceptance');
    await screen.shot('acceptance-signed');
    const paper = await page.pdf({ format: 'A4', path: stage.world.in('acceptance.pdf') });
    assert.ok(paper.length > 10_000);
    const words = execFileSync('pdftotext', ['-layout', stage.world.in('acceptance.pdf'), '-'], { encoding: 'utf8' });
    assert.ok(words.replace(/\s/g, '').includes(hash), 'the paper carries the hash');
    const rows = (await stage.people.get('admin').send('GET', '/api/v1/audit?order=desc&limit=50')).text;
    assert.ok(rows.includes(hash), 'and so does the audit');
    await until(async () => (await stage.people.get('admin').send('GET', '/api/v1/audit/verify')).json.whole, 'the audit is whole');
  });
}
