// How the configuration is changed in the browser, and how it goes back; the file on disk is the truth each time.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { wordsOf } from '../words.mjs';

const t = wordsOf('zh-CN');

export function configFlow(stage) {
  const name = 'a change is checked, shown, explained, applied and undone, and the file says what the screen says';
  stage.screen(name, { as: 'maintainer' }, async (screen, page) => {
    const onDisk = () => fs.readFileSync(stage.world.config, 'utf8');
    const press = (key) => page.getByRole('button', { name: t(key), exact: true }).click();
    await screen.go('/config');
    const editor = page.getByLabel(t('config.editor.label'));
    await editor.waitFor();
    const first = await editor.inputValue();
    const secret = onDisk();
    // A password that stands in the file is shown as ***.
    const same = (shown, file) => assert.equal(shown, file.replace(/^password = "simulated"$/gm, 'password = "***"'));
    same(first, secret);

    const lines = first.split('\n');
    const at = lines.indexOf('name = "东门进口"');
    const mistaken = [...lines.slice(0, at), 'nmae = "东门进口"', ...lines.slice(at + 1)].join('\n');
    await editor.fill(mistaken);
    await press('config.editor.check');
    await page.getByRole('button', { name: t('config.issue.line', { line: at + 1 }), exact: true }).first().click();
    const marked = await editor.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
    assert.equal(marked, 'nmae = "东门进口"', 'the line is shown');
    assert.ok(await page.getByRole('button', { name: t('config.editor.write'), exact: true }).isDisabled());
    await screen.check('a mistake in the configuration');
    await screen.shot('config-mistake');
    assert.equal(onDisk(), secret);

    const wanted = first.replace('name = "东门进口"', 'name = "东大门进口"');
    await editor.fill(wanted);
    await press('config.editor.check');
    const diff = page.getByLabel(t('config.diff.title'));
    await diff.getByText('+name = "东大门进口"').waitFor();
    await diff.getByText('-name = "东门进口"').waitFor();
    await screen.check('a change of the configuration');
    await screen.shot('config-change');
    await press('config.editor.write');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(t('admin.reason.label')).fill('按物业要求改名');
    await dialog.getByRole('button', { name: t('config.change.write') }).click();
    await page.getByText(t('config.editor.written')).waitFor();
    assert.equal(onDisk(), secret.replace('name = "东门进口"', 'name = "东大门进口"'));
    same(await editor.inputValue(), onDisk());
    assert.equal(fs.statSync(stage.world.config).mode & 0o777, 0o600, 'nobody else may read the passwords in it');

    await page.getByRole('link', { name: t('config.tab.history') }).click();
    const newest = page.getByRole('article').first();
    await newest.getByText('按物业要求改名').waitFor();
    await newest.getByText(/maintainer-1/).waitFor();
    await newest.getByRole('button', { name: t('config.history.look') }).click();
    await newest.getByText('+name = "东大门进口"').waitFor();
    await screen.check('the history of the configuration');
    await screen.shot('config-history');
    await page.getByRole('article').nth(1).getByRole('button', { name: t('config.history.back') }).click();
    await dialog.getByLabel(t('admin.reason.label')).fill('还是原来的名字');
    await dialog.getByRole('button', { name: t('config.history.back') }).click();
    await page.getByRole('article').first().getByText('还是原来的名字').waitFor();
    assert.equal(onDisk(), secret);
    await page.getByRole('link', { name: t('config.tab.text') }).click();
    await editor.waitFor();
    same(await editor.inputValue(), onDisk());
  });
}
