// Every screen of the guard in every state that matters, on a desk and a phone, in both languages and in the dark: checked,
// and left as pictures for people to look at.
import { test } from 'node:test';
import { Screen } from '../screen.mjs';
import { until } from '../world.mjs';
import { wordsOf } from '../words.mjs';
import { endAllAlerts } from './guard.mjs';

const desk = { size: 'desk' };
const phone = { size: 'phone' };
const english = { size: 'desk', locale: 'en' };
const dark = { size: 'desk', theme: 'dark' };
const looks = [desk, phone, english];

// One test with a window for each look; `show` takes a name, a place and what is to be done there before the picture.
function gallery(stage, name, as, body) {
  test(name, async () => {
    const state = (await stage.somebody(as)).state(stage.link.origin);
    const windows = new Map();
    const windowOf = async (look) => {
      if (!windows.has(look)) windows.set(look, await Screen.open(stage.browser, stage.link.origin, { ...look, state }));
      return windows.get(look);
    };
    const show = async (title, where, act = async () => undefined, more = []) => {
      await Promise.all([...looks, ...more].map(async (look) => {
        const screen = await windowOf(look);
        await screen.go(where);
        await act(screen.page, wordsOf(look.locale ?? 'zh-CN'), screen);
        await screen.settled();
        await screen.check(`${title} ${JSON.stringify(look)}`);
        await screen.shot(look.theme ? `${title}-${look.theme}` : title);
      }));
    };
    try {
      await body(show);
    } catch (failure) {
      for (const screen of windows.values()) failure.message += await stage.evidence(`${name} ${screen.size} ${screen.locale}`, screen);
      throw failure;
    } finally {
      for (const screen of windows.values()) await screen.context.close();
    }
    for (const screen of windows.values()) screen.judge();
  });
}

const lane = (page, name) => page.getByRole('article', { name });
const pressed = (within, name) => within.getByRole('button', { name, exact: false }).first().click();

// Pictures are fetched as one comes to them.
async function seeAll(page) {
  for (const image of await page.locator('main .frame img').all()) await image.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => [...document.querySelectorAll('main .frame img')].every((image) => image.complete));
  await page.evaluate(() => scrollTo(0, 0));
}

export function guardScreens(stage) {
  const tell = (line) => stage.world.tell(line);
  const open = async () => (await stage.people.get('manager').send('GET', '/api/v1/alerts?open=1')).json.alerts;

  gallery(stage, 'screens of a calm night', 'guard', async (show) => {
    await endAllAlerts(stage);
    await show('now-calm', '/now', (page, t) => page.getByText(t('guard.now.calm')).waitFor(), [dark]);
    await show('queue-empty', '/queue', (page, t) => page.getByText(t('guard.queue.empty')).waitFor());
    await show('keys', '/now', async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    });
    await show('account', '/now', (page) => page.locator('.who summary').click());
    await show('password', '/password');
  });

  gallery(stage, 'screens of the lanes', 'guard', async (show) => {
    const manager = await stage.somebody('manager');
    const list = 'plate,person,card,name,list,valid_from,valid_to,lanes,note,reason,instruction\n沪A12345,,,张先生,resident,,,,,,\n' +
      ',1042,,陈奶奶,resident,,,,,,\n沪D66666,,,,黑名单,,,,,多次闯岗,不放行并通知物业\n';
    await manager.send('POST', '/api/v1/handovers', { text: '东门出口相机下午断过一次线，已恢复。\n3 号楼装修的货车明天早上 7 点来，已和物业说好。' });
    const taken = await manager.send('POST', '/api/v1/lists/import', list);
    if (taken.status !== 200) throw new Error(taken.text);
    await tell('emit lpr-in plate 沪A12345');
    await tell('emit lpr-out plate 沪B77K21 believe=99,99,99,52,99,99,61');
    await tell('emit face-east face 1042');
    await until(async () => (await manager.send('GET', '/api/v1/passages?limit=9')).json.passages.length >= 3, 'they have passed');
    await show('lanes', '/lanes', async (page) => {
      await lane(page, '东门人行').getByText('陈奶奶').first().waitFor();
      await seeAll(page);
    }, [dark]);
    await show('lanes-look', '/lanes', async (page, t, screen) => {
      screen.expect('GET', '/api/v1/devices/', 409); // one at a time
      await pressed(lane(page, '东门进口'), t('guard.live.look'));
      const dialog = page.getByRole('dialog');
      const [picture, busy] = [dialog.getByRole('img'), dialog.getByText(t('guard.live.busy'))];
      for (;;) {
        await picture.or(busy).waitFor();
        if (await picture.isVisible()) break;
        await pressed(dialog, t('guard.live.again'));
      }
    });
    await show('lanes-ask', '/lanes', async (page, t) => {
      await pressed(lane(page, '东门进口'), t('guard.barrier.doOpen'));
      await pressed(page.getByRole('dialog'), t('guard.reason.visitor'));
    });
    await tell('cut lpr-out on');
    await show('lanes-down', '/lanes', (page, t) => lane(page, '东门出口').getByText(t('guard.barrier.unknown')).waitFor());
    await show('health-down', '/health', (page, t) => page.getByText(t('guard.health.device.down')).waitFor());
    await tell('cut lpr-out off');
    await tell('barrier lpr-out locked');
    await until(async () => (await manager.send('GET', '/api/v1/devices/lpr-out')).json.link === 'up', 'the camera is back');
    await show('lanes-failed', '/lanes', async (page, t) => {
      await pressed(lane(page, '东门出口'), t('guard.barrier.doOpen'));
      const dialog = page.getByRole('dialog');
      await pressed(dialog, t('guard.reason.parcel'));
      await dialog.locator('.hold').first().hover();
      await page.mouse.down();
      await dialog.locator('.outcome').waitFor();
      await page.mouse.up();
    });
    await tell('barrier lpr-out ok');
    await show('health', '/health');
  });

  gallery(stage, 'screens of alerts', 'guard', async (show) => {
    await endAllAlerts(stage);
    await tell('emit lpr-in plate 沪D66666');
    await until(async () => (await open()).length === 1, 'somebody unwanted is told of');
    await show('now-one', '/now', (page) => page.locator('.picture img').first().waitFor(), [dark]);
    await show('now-call', '/now', (page, t) => pressed(page, t('guard.act.call')));
    for (const door of [1, 2, 3]) await tell(`emit face-east door_forced port=${door}`);
    for (let n = 0; n < 5; ++n) await tell('emit face-east card_unknown');
    await tell('emit face-east tamper');
    await until(async () => (await open()).length >= 4, 'many alerts');
    await show('now-many', '/now');
    await show('queue', '/queue', undefined, [dark]);
    await show('queue-opened', '/queue', (page) => page.locator('.line').first().click());
    await show('queue-silence', '/queue', async (page, t) => {
      await page.locator('.line').last().click();
      await pressed(page, t('guard.silence.start'));
    });
    const manager = stage.people.get('manager');
    const quiet = { kind: 'door_forced', device: 'face-east', reason: '东门在修门，师傅在场', minutes: 60 };
    const made = await manager.send('POST', '/api/v1/silences', quiet);
    if (made.status >= 300) throw new Error(made.text);
    await show('queue-silenced', '/queue', (page) => page.getByText(quiet.reason).waitFor());
    await manager.send('POST', `/api/v1/silences/${made.json.id}/end`, {});
  });

  gallery(stage, 'screens of a fire', 'guard', async (show) => {
    await tell('emit lpr-in io port=1');
    await show('now-fire', '/now', (page, t) => page.getByText(t('guard.fire.title')).waitFor(), [dark]);
    await show('lanes-fire', '/lanes', (page, t) => page.getByText(t('guard.fire.title')).waitFor());
    await tell('emit lpr-in io port=1 inactive');
    const manager = stage.people.get('manager');
    await until(async () => (await manager.send('POST', '/api/v1/fire/clear', { reason: '演习结束' })).status < 300, 'the fire is over');
    await endAllAlerts(stage);
  });

  gallery(stage, 'screens when a shift ends', 'guard', async (show) => {
    await show('shift', '/shift', (page, t) => page.getByText(t('guard.shift.back')).first().waitFor());
  });

  gallery(stage, 'screens of the search', 'manager', async (show) => {
    await show('search', '/search', async (page) => {
      await page.locator('.result').first().waitFor();
      await seeAll(page);
    });
    await show('more', '/search', (page, t, screen) => (screen.size === 'phone' ? pressed(page, t('shell.more')) : undefined));
    await show('search-none', '/search?q=ZZZZ', (page, t) => page.getByText(t('search.none')).waitFor());
    await show('search-events', '/search', async (page, t) => {
      await pressed(page, t('search.mode.events'));
      await page.locator('.event').first().waitFor();
    });
  });
}
