// The wire to the gateway is cut and mended, and the gateway itself goes and comes back.
import assert from 'node:assert/strict';
import { Link } from '../link.mjs';
import { until } from '../world.mjs';
import { wordsOf } from '../words.mjs';

const t = wordsOf('zh-CN');
const plates = ['沪A1B1C1', '沪A1B1C2', '沪A1B1C3', '沪A1B1C4'];

// The events that the console's own connection has brought, by the numbers the gateway gave them.
const hearAll = () => {
  window.heard = [];
  const Real = window.WebSocket;
  window.WebSocket = class extends Real {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', (message) => {
        const frame = JSON.parse(message.data);
        if (frame.kind === 'event') window.heard.push(frame.event.seq);
      });
    }
  };
};

export function linkFlows(stage) {
  stage.screen('a cut wire is told with its time, the screen stays, and afterwards nothing is missing', { as: 'guard' }, async (screen, page) => {
    const wire = await new Link(stage.world.api).start();
    const guard = await stage.somebody('guard');
    try {
      await screen.context.addCookies(guard.state(wire.origin).cookies);
      await page.addInitScript(hearAll);
      await screen.go(`${wire.origin}/lanes`);
      await stage.world.tell(`emit lpr-in plate ${plates[0]}`);
      await page.waitForFunction(() => window.heard.length > 0);
      screen.linked = false;
      wire.cut();
      await page.getByText(t('shell.link.cut', { since: '' }).slice(0, 8)).waitFor();
      assert.ok(await page.getByRole('article', { name: '东门进口' }).isVisible(), 'what was there stays');
      await screen.check('without a link');
      await screen.shot('link-cut');
      for (const plate of plates.slice(1)) await stage.world.tell(`emit lpr-in plate ${plate}`);
      const newest = await until(async () => {
        const passages = (await stage.people.get('admin').send('GET', `/api/v1/passages?q=${encodeURIComponent(plates.at(-1))}`)).json.passages;
        return passages[0]?.seq;
      }, 'the gateway has the last passage');
      wire.mend();
      await page.waitForFunction((seq) => window.heard.includes(seq), newest, { timeout: 40_000 });
      screen.linked = true;
      await page.getByText(t('shell.link.cut', { since: '' }).slice(0, 8)).waitFor({ state: 'hidden' });
      const heard = await page.evaluate(() => window.heard);
      const events = (await stage.people.get('admin').send('GET', `/api/v1/events?after=${heard[0] - 1}&limit=500`)).json.events;
      const wanted = events.map((event) => event.seq).filter((seq) => seq <= newest);
      assert.deepEqual(wanted.filter((seq) => !heard.includes(seq)), [], 'every entry came');
      assert.equal(new Set(heard).size, heard.length, 'and none twice');
    } finally {
      await wire.stop();
    }
  });

  stage.screen('a gateway that was killed is back, asks for the log-in again and shows what it knew', { as: 'guard' }, async (screen, page) => {
    await screen.go('/lanes');
    screen.linked = false;
    const gateway = stage.world.running.get('gateway');
    const gone = new Promise((done) => gateway.once('exit', done));
    gateway.kill('SIGKILL');
    await gone;
    await page.getByText(t('shell.link.cut', { since: '' }).slice(0, 8)).waitFor();
    await stage.world.startGateway();
    screen.expect('GET', '/api/v1', 401);
    await page.waitForURL('**/login*', { timeout: 40_000 });
    stage.people.clear();
  });
}
