// How a list comes in from a spreadsheet of the property office, and how it goes back.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { wordsOf } from '../words.mjs';

const t = wordsOf('zh-CN');
const before = '车牌,姓名\n沪A10001,王建国\n沪A10002,李秀英\n沪A10003,张伟\n';
// As the office writes it: Chinese headings, a dot in the plate, an old one struck out, and four lines that are wrong.
const office = [
  '车牌,姓名,失效日期,车道',
  '沪A·10001,王建国,,',
  '沪A10002,李秀英（二号楼）,2031-12-31,',
  '沪AD12345,赵敏,,',
  '沪B20001,孙磊,2031-02-30,',
  ',钱七,,',
  '沪AD12345,赵敏,,',
  '沪B20002,周芳,,no-such-lane',
].join('\r\n');
const wrong = [5, 6, 7, 8];
const good = ['沪A10001', '沪A10002', '沪AD12345'];

// The encoding in which a Chinese spreadsheet saves.
function inGb18030(text) {
  const done = spawnSync('iconv', ['-f', 'UTF-8', '-t', 'GB18030'], { input: text });
  if (done.status !== 0) throw new Error(`iconv: ${done.stderr}`);
  return done.stdout;
}

async function listed(person) {
  const { credentials } = (await person.send('GET', '/api/v1/lists?type=plate&list=resident&limit=100')).json;
  return credentials.map((one) => one.value).sort();
}

const counts = (added, changed, removed, equal) => t('admin.import.counts', { added, changed, removed, equal });

export function listFlows(stage) {
  const name = 'a GB18030 list with errors is looked at, its good lines are imported, and it goes back';
  stage.screen(name, { as: 'manager' }, async (screen, page) => {
    const manager = await stage.somebody('manager');
    assert.equal((await manager.send('POST', '/api/v1/lists/import?type=plate&list=resident', before)).status, 200);
    await screen.go('/lists');
    await page.getByText(t('admin.lists.total', { n: 3 })).waitFor();
    await page.getByRole('button', { name: t('admin.lists.import') }).click();
    const dialog = page.getByRole('dialog');
    const file = { name: '业主车辆.csv', mimeType: 'text/csv', buffer: inGb18030(office) };
    await dialog.getByLabel(t('admin.import.file')).setInputFiles(file);
    screen.expect('POST', '/api/v1/lists/import', 422);
    await dialog.getByRole('button', { name: t('admin.import.look') }).click();
    await dialog.getByText(t('admin.import.errors', { n: wrong.length })).waitFor();
    const rows = await dialog.locator('tbody tr').allInnerTexts();
    assert.deepEqual(rows.map((row) => Number(row.split('\t')[0])), wrong);
    for (const row of rows) assert.match(row, /\t.*\p{Script=Han}/u, 'the reason is told in words');
    assert.equal(await dialog.getByRole('button', { name: t('admin.import.write') }).count(), 0, 'nothing can be imported yet');
    await screen.check('an import with errors');
    await screen.shot('lists-import-errors');

    await dialog.getByLabel(t('admin.import.partial')).check();
    await dialog.getByText(counts(1, 1, 1, 1)).waitFor();
    await dialog.getByText(t('admin.import.skipped', { n: wrong.length })).waitFor();
    for (const value of ['沪AD12345', '沪A10002', '沪A10003']) await dialog.getByText(value).first().waitFor();
    assert.deepEqual(await listed(manager), ['沪A10001', '沪A10002', '沪A10003'], 'looking changes nothing');
    await screen.check('an import of the good lines');
    await screen.shot('lists-import-partial');

    await dialog.getByRole('button', { name: t('admin.import.write') }).click();
    await dialog.getByText(t('admin.import.done', { n: good.length })).waitFor();
    await dialog.getByText(t('admin.import.skipped', { n: wrong.length })).waitFor();
    const nothing = dialog.getByText(t('admin.import.errors', { n: wrong.length }));
    assert.equal(await nothing.count(), 0, 'what was imported is not said to be nothing');
    await screen.shot('lists-imported');
    assert.deepEqual(await listed(manager), good);
    await dialog.getByRole('button', { name: t('shell.close'), exact: true }).last().click();
    await page.getByText(t('admin.lists.total', { n: 3 })).waitFor();
    await page.getByText('李秀英（二号楼）').waitFor(); // what was GB18030 is Chinese
    await screen.check('lists');
    await screen.shot('lists');

    await page.getByRole('button', { name: t('admin.lists.versions') }).click();
    await dialog.getByRole('button', { name: t('admin.versions.back') }).first().click();
    await dialog.getByText(counts(1, 1, 1, 1)).waitFor();
    await screen.check('what an undo would do');
    await screen.shot('lists-undo');
    await dialog.getByRole('button', { name: t('admin.versions.undo') }).click();
    await dialog.getByText(t('admin.versions.done', { list: t('admin.list.resident'), n: 2 })).waitFor();
    assert.deepEqual(await listed(manager), ['沪A10001', '沪A10002', '沪A10003']);
  });
}
