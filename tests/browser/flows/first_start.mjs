// From a gateway that nobody knows yet to somebody who is logged in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Caller } from '../caller.mjs';
import { Link } from '../link.mjs';
import { password } from '../stage.mjs';
import { wordsOf } from '../words.mjs';

const t = wordsOf('zh-CN');

export function firstStart(stage) {
  stage.screen('the first start asks for the code of the log, and makes the first account with it', {}, async (screen, page) => {
    const code = stage.world.setupCode();
    assert.match(code, /^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}$/);
    await screen.go('/');
    await page.waitForURL('**/setup');
    await screen.check('set-up');
    await screen.shot('setup');
    const enter = async (with_code) => {
      await page.getByLabel(t('shell.setup.code')).fill(with_code);
      await page.getByLabel(t('shell.login.name'), { exact: true }).fill('admin-1');
      await page.getByLabel(t('shell.setup.display')).fill('王工');
      await page.getByLabel(t('shell.login.password'), { exact: true }).fill(password);
      await page.getByLabel(t('shell.password.again')).fill(password);
      await page.getByRole('button', { name: t('shell.setup.enter') }).click();
    };
    screen.expect('POST', '/api/v1/setup', 401);
    await enter('AAAA-BBBB-CCCC');
    await page.getByRole('alert').getByText(t('shell.setup.wrong')).waitFor();
    await enter(code);
    await page.waitForURL('**/now');
    await screen.settled();
  });

  test('the code is good for one account', async () => {
    const again = await new Caller(stage.world.api).send('POST', '/api/v1/setup',
      { code: stage.world.setupCode(), name: 'second', display_name: '', password });
    assert.equal(again.status, 409);
    const admin = new Caller(stage.world.api);
    assert.equal((await admin.logIn('admin-1', password)).status, 200);
    stage.people.set('admin', admin);
  });

  stage.screen('a wrong password is told in words, the right one leads to where one wanted to go, and out again', {}, async (screen, page) => {
    screen.expect('POST', '/api/v1/session', 401);
    await screen.go('/health');
    await page.waitForURL(/\/login\?next=/);
    await screen.check('log-in');
    await screen.shot('login');
    const enter = async (word) => {
      await page.getByLabel(t('shell.login.name'), { exact: true }).fill('admin-1');
      await page.getByLabel(t('shell.login.password'), { exact: true }).fill(word);
      await page.keyboard.press('Enter');
    };
    await enter('not-the-password');
    await page.getByRole('alert').getByText(t('shell.login.wrong')).waitFor();
    await enter(password);
    await page.waitForURL('**/health');
    await page.locator('.who summary').click();
    await page.getByRole('button', { name: t('shell.logOut') }).click();
    await page.waitForURL(/\/login/);
  });

  stage.screen('who was given a password must choose one of his own first', {}, async (screen, page) => {
    const admin = stage.people.get('admin');
    const made = await admin.send('POST', '/api/v1/users', { name: 'li', display_name: '李师傅', role: 'guard', lanes: ['east-in'], password: 'given-by-somebody' });
    assert.equal(made.status, 201);
    await screen.go('/login');
    await page.getByLabel(t('shell.login.name'), { exact: true }).fill('li');
    await page.getByLabel(t('shell.login.password'), { exact: true }).fill('given-by-somebody');
    await page.keyboard.press('Enter');
    await page.getByText(t('shell.password.must')).waitFor();
    await screen.check('a password of one\'s own');
    await screen.shot('password-must');
    await page.getByLabel(t('shell.password.old')).fill('given-by-somebody');
    await page.getByLabel(t('shell.password.fresh'), { exact: true }).fill('my-own-word-5');
    await page.getByLabel(t('shell.password.again')).fill('my-own-word-5');
    await page.getByRole('button', { name: t('shell.password.save') }).click();
    await page.waitForURL('**/now');
  });

  test('five wrong passwords lock the account and the address, and the screen says for how long', async () => {
    const link = await new Link(stage.world.api, '127.0.0.9').start();
    const admin = stage.people.get('admin');
    await admin.send('POST', '/api/v1/users', { name: 'forgetful', display_name: '', role: 'guard', lanes: [], password });
    const context = await stage.browser.newContext({ baseURL: link.origin, locale: 'zh-CN' });
    try {
      const page = await context.newPage();
      await page.goto('/login');
      for (let tries = 0; tries < 6; ++tries) {
        await page.getByLabel(t('shell.login.name'), { exact: true }).fill('forgetful');
        await page.getByLabel(t('shell.login.password'), { exact: true }).fill(`wrong-word-${tries}`);
        const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
        await page.keyboard.press('Enter');
        assert.equal((await answered).status(), tries < 5 ? 401 : 429);
        await page.getByRole('alert').waitFor();
      }
      await page.getByText(t('shell.login.locked', { left: '' }).slice(0, 8)).waitFor();
      assert.match(await page.getByRole('alert').innerText(), /1[45]:\d\d/);
      assert.ok(await page.getByRole('button', { name: t('shell.login.enter') }).isDisabled());
    } finally {
      await context.close();
      await link.stop();
    }
    assert.equal((await new Caller(stage.world.api, '127.0.0.9').logIn('admin-1', password)).status, 429, 'the address is locked for every account');
    assert.equal((await new Caller(stage.world.api, '127.0.0.10').logIn('forgetful', password)).status, 429, 'the account is locked from every address');
    assert.equal((await new Caller(stage.world.api, '127.0.0.10').logIn('admin-1', password)).status, 200, 'nobody else is');
  });
}
