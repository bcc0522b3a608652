// One car among a million passages, and the list that people bring from their office.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { passages } from '../stage.mjs';
import { until } from '../world.mjs';
import { wordsOf } from '../words.mjs';

const t = wordsOf('zh-CN');

// The index of passages is filled behind the scenes; the newest of the filled ones is the last.
async function untilIndexed(stage) {
  const admin = await stage.somebody('admin');
  const newest = `沪A${String(((passages - 1) * 7919) % 5000).padStart(5, '0')}`;
  await until(async () => {
    const found = await admin.send('GET', `/api/v1/passages?lane=gate-${(passages - 1) % 4}&q=${encodeURIComponent(newest)}&limit=1`);
    return found.json.passages.some((one) => Date.now() - Date.parse(one.time) < 86_400_000);
  }, 'the index is filled', 60_000);
}

export function searchFlows(stage) {
  stage.screen('one car is found among a million passages: by its plate, by a plate that looks like it, by a part of it', { as: 'admin' }, async (screen, page) => {
    await untilIndexed(stage);
    await screen.go('/search');
    const look = async (plate, fuzzy) => {
      await page.getByLabel(t('search.plate')).fill(plate);
      await page.getByLabel(t('search.fuzzy')).setChecked(fuzzy);
      const answered = page.waitForResponse((answer) => answer.url().includes('/passages?') && answer.url().includes(encodeURIComponent(plate).slice(0, 9)));
      await page.getByRole('button', { name: t('search.search'), exact: true }).click();
      const answer = await answered;
      const took = answer.request().timing().responseEnd;
      await page.locator('.results > li').first().waitFor();
      return { took, found: (await answer.json()).passages };
    };
    const exact = await look('沪A04711', false);
    assert.ok(exact.found.length > 0 && exact.found.every((one) => one.plate.text === '沪A04711'));
    await screen.check('what was found');
    await screen.shot('search-found');
    const alike = await look('沪A0471I', true);
    assert.ok(alike.found.some((one) => one.plate.text === '沪A04711'));
    const part = await look('A0?711', false);
    assert.ok(part.found.every((one) => /A0.711/.test(one.plate.text)));
    console.log(`search of ${passages} passages: ${[exact, alike, part].map((one) => one.took.toFixed(0)).join(', ')} ms until the answer was there`);
  });

  stage.screen('what was found leaves as a file only with a reason, and the audit knows it', { as: 'manager' }, async (screen, page) => {
    await screen.go('/search?q=%E6%B2%AAA04711');
    await page.locator('.results > li').first().waitFor();
    await page.getByRole('button', { name: t('search.export') }).click();
    const dialog = page.getByRole('dialog');
    const save = dialog.getByRole('button', { name: t('search.export') });
    assert.ok(await save.isDisabled());
    await dialog.getByLabel(t('search.exportReason')).fill('派出所协查');
    const [file] = await Promise.all([page.waitForEvent('download'), save.click()]);
    const text = fs.readFileSync(await file.path(), 'utf8');
    assert.ok(text.startsWith('\ufeff') && text.includes('沪A04711'));
    const rows = (await stage.people.get('admin').send('GET', '/api/v1/audit?order=desc&limit=20')).text;
    assert.ok(rows.includes('派出所协查') && rows.includes('manager-1'));
  });

  stage.screen('a list in the encoding of an office is looked at, its errors are told by line, and its good lines are taken', { as: 'manager' }, async (screen, page) => {
    const rows = ['plate,name,valid_to', '沪A10001,张伟,2027-12-31', '沪AD12345,李娜,2027-12-31', 'NOT A PLATE,王芳,2027-12-31', '沪A10002,刘洋,the day after tomorrow'];
    const file = stage.world.in('residents.csv');
    fs.writeFileSync(`${file}.utf8`, `${rows.join('\r\n')}\r\n`);
    fs.writeFileSync(file, execFileSync('iconv', ['-f', 'UTF-8', '-t', 'GB18030', `${file}.utf8`]));
    await screen.go('/lists');
    await page.getByRole('button', { name: t('admin.lists.import') }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(t('admin.import.file')).setInputFiles(file);
    screen.expect('POST', '/api/v1/lists/import', 422);
    await dialog.getByRole('button', { name: t('admin.import.look') }).click();
    const partial = dialog.getByLabel(t('admin.import.partial'));
    await partial.waitFor();
    const told = await dialog.innerText();
    assert.match(told, /4/, 'the line of the first error');
    assert.match(told, /5/, 'the line of the second error');
    assert.ok(await dialog.getByRole('button', { name: t('admin.import.write') }).isHidden(), 'errors change nothing');
    await screen.check('a list with errors');
    await screen.shot('lists-import');
    await partial.check();
    await dialog.getByRole('button', { name: t('admin.import.write') }).click();
    await dialog.getByText(t('admin.import.done', { n: 2 })).waitFor();
    await dialog.locator('.button.main').click();
    await page.getByRole('row').filter({ hasText: '李娜' }).waitFor();
    await page.getByRole('row').filter({ hasText: '张伟' }).waitFor();
    await screen.shot('lists-imported');
  });
}
