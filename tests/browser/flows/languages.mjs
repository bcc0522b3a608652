// Chinese and English: the whole of a screen in one of them.
import assert from 'node:assert/strict';
import { wordsOf } from '../words.mjs';

// What the people of the estate have called things.
const given = /试用小区|东门(进口|出口|人行|人脸终端)(相机)?|王工|李师傅|沪/g;
const places = ['now', 'queue', 'lanes', 'health', 'shift', 'search', 'install', 'devices', 'config', 'upstreams', 'acceptance', 'lists', 'users', 'audit', 'reports'];

export function languageFlows(stage) {
  stage.screen('the language changes where one stands, without a reload, and stays', { as: 'admin' }, async (screen, page) => {
    const [chinese, english] = [wordsOf('zh-CN'), wordsOf('en')];
    await screen.go('/search?q=A1');
    await page.evaluate(() => (window.stayed = true));
    await page.getByLabel(chinese('search.person'), { exact: true }).fill('1017');
    await page.getByRole('button', { name: chinese('shell.otherLanguageLong') }).first().click();
    await page.getByRole('heading', { name: english('shell.nav.search') }).waitFor();
    assert.ok(await page.evaluate(() => window.stayed), 'no reload');
    assert.ok(page.url().endsWith('/search?q=A1'));
    assert.equal(await page.getByLabel(english('search.person'), { exact: true }).inputValue(), '1017', 'what was written stays');
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    assert.match(await page.title(), new RegExp(english('shell.nav.search')));
    await page.getByRole('button', { name: english('shell.otherLanguageLong') }).first().click();
    await page.getByRole('heading', { name: chinese('shell.nav.search') }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
  });

  for (const locale of ['zh-CN', 'en']) {
    stage.screen(`every place speaks one language: ${locale}`, { as: 'admin', locale }, async (screen) => {
      for (const place of places) {
        await screen.go(`/${place}`);
        await screen.checkLanguage(place, given);
      }
    });
  }

  for (const locale of ['zh-CN', 'en']) {
    stage.screen(`the door speaks one language: ${locale}`, { locale }, async (screen) => {
      await screen.go('/login');
      await screen.checkLanguage('log-in', given);
      await screen.shot('login');
    });
  }
}
