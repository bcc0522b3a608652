// The guard's work by the keyboard alone.
import assert from 'node:assert/strict';
import { password } from '../stage.mjs';
import { wordsOf } from '../words.mjs';
import { endAllAlerts } from './guard.mjs';

const t = wordsOf('zh-CN');
const stops = 80; // more has no screen of the guard

const focused = (page) => page.evaluate(() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return { lost: document.activeElement === document.body, seen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
});

// Goes on with Tab to where the locator leads. Wherever it stops on the way, one sees where that is.
async function tabTo(page, locator) {
  for (let n = 0; n < stops; ++n) {
    if (await locator.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press('Tab');
    const { lost, seen } = await focused(page);
    assert.ok(lost || seen, `a stop that nobody sees: ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200))}`);
  }
  throw new Error(`Tab does not lead to ${locator}`);
}

async function press(page, locator, key = 'Enter') {
  await tabTo(page, locator);
  await page.keyboard.press(key);
}

async function keepsFocus(page, when) {
  assert.ok(!(await focused(page)).lost, `the focus is lost ${when}`);
}

export function keyboardFlows(stage) {
  stage.screen('from the log-in to the end of an alert without a mouse', {}, async (screen, page) => {
    await stage.somebody('guard');
    await endAllAlerts(stage);
    await screen.go('/now');
    await page.waitForURL(/\/login/);
    await page.keyboard.type('guard-1');
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/now');
    await page.getByText(t('guard.now.calm')).waitFor();
    await stage.world.tell('emit face-east duress');
    const urgent = page.getByRole('region', { name: t('guard.now.mostUrgent') });
    await press(page, urgent.getByRole('button', { name: t('guard.act.ack') }));
    await urgent.getByRole('button', { name: t('guard.act.handle') }).waitFor();
    await keepsFocus(page, 'after the answer');
    await press(page, urgent.getByRole('button', { name: t('guard.act.handle') }));
    await urgent.getByText(t('guard.act.by', { who: 'guard-1', state: t('shell.state.handling') })).waitFor();
    await keepsFocus(page, 'with the button that has gone');
    await press(page, urgent.getByRole('button', { name: t('guard.act.done') }));
    const dialog = page.getByRole('dialog');
    await press(page, dialog.getByLabel(t('guard.result.real')), 'Space');
    await tabTo(page, dialog.getByLabel(t('guard.end.noteMust')));
    await page.keyboard.type('到场，是老人按错了');
    await press(page, dialog.getByRole('button', { name: t('guard.end.resolve') }));
    await dialog.waitFor({ state: 'hidden' });
    await urgent.getByText(t('guard.act.other')).waitFor();
    await keepsFocus(page, 'with the dialog that has gone');
    await page.keyboard.press('Tab');
    assert.ok((await focused(page)).seen);
    await endAllAlerts(stage);
  });

  stage.screen('a barrier opens once, however long the key is held', { as: 'guard' }, async (screen, page) => {
    await screen.go('/now');
    await page.keyboard.press('3');
    await page.waitForURL('**/lanes');
    const open = page.getByRole('article', { name: '东门进口' }).getByRole('button', { name: t('guard.barrier.doOpen') });
    await press(page, open);
    const dialog = page.getByRole('dialog');
    await press(page, dialog.getByRole('button', { name: t('guard.reason.visitor') }));
    const before = stage.world.movements('lpr-in').length;
    const hold = dialog.locator('.hold').first();
    await tabTo(page, hold);
    await page.keyboard.press('Enter'); // a sleeve
    await page.keyboard.down('Enter');
    await dialog.getByText(t('guard.outcome.confirmed')).waitFor();
    await keepsFocus(page, 'when it is done');
    await page.keyboard.down('Enter'); // what a keyboard repeats while the key is down
    const filled = await hold.evaluate((button) => new Promise((done) => {
      requestAnimationFrame(() => requestAnimationFrame(() => done(button.querySelector('.fill').style.transform)));
    }));
    assert.equal(filled, 'scaleX(0)', 'a key that stays down presses once');
    await page.keyboard.up('Enter');
    assert.equal(stage.world.movements('lpr-in').length - before, 1, 'it moved once');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    assert.ok(await open.evaluate((button) => button === document.activeElement), 'back where one was');
    assert.ok((await focused(page)).seen);
  });

  for (const role of ['guard', 'manager', 'police']) {
    stage.screen(`the keys do what their list says: ${role}`, { as: role }, async (screen, page) => {
      await screen.go('/');
      await page.keyboard.press('?');
      const dialog = page.getByRole('dialog');
      const rows = await dialog.getByRole('row').evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent.trim())));
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      const links = page.getByRole('navigation', { name: t('shell.navigation') }).first();
      for (const [key, what] of rows.filter(([key]) => /^[1-9]$/.test(key))) {
        await page.keyboard.press(key);
        const address = await links.getByRole('link', { name: what }).getAttribute('href');
        await page.waitForURL(`**${address}`);
        await screen.settled();
      }
      const keys = rows.map(([key]) => key);
      assert.equal(keys.includes('/'), role !== 'guard', 'only who may search');
      assert.equal(keys.includes('G'), role !== 'police', 'only who answers alerts');
      if (!keys.includes('/')) return;
      await page.keyboard.press('/');
      await page.waitForURL('**/search');
    });
  }

  stage.screen('an alert is answered by three letters', { as: 'guard' }, async (screen, page) => {
    await endAllAlerts(stage);
    await stage.world.tell('emit face-east tamper');
    await screen.go('/now');
    const urgent = page.getByRole('region', { name: t('guard.now.mostUrgent') });
    await urgent.waitFor();
    for (const [key, title] of [['c', 'guard.call.title'], ['o', 'guard.end.title']]) {
      await page.keyboard.press(key);
      await page.getByRole('dialog', { name: t(title) }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
    await page.keyboard.press('g');
    await urgent.getByRole('button', { name: t('guard.act.handle') }).waitFor();
    await endAllAlerts(stage);
  });
}
