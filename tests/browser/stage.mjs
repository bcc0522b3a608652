// What all tests of one run share: the world, the wire to it, one browser, and somebody of each role.
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Caller } from './caller.mjs';
import { Link } from './link.mjs';
import { pictures, Screen, startBrowser } from './screen.mjs';
import { World } from './world.mjs';

export const password = 'quite-a-long-word-7';
export const roles = ['admin', 'manager', 'guard', 'maintainer', 'committee', 'neighbourhood', 'centre', 'police'];

export class Stage {
  // `options` are the world's.
  constructor(options) {
    this.options = options;
  }

  async start() {
    this.world = new World(this.options);
    await this.world.start();
    await this.world.startGateway();
    this.link = await new Link(this.world.api).start();
    this.browser = await startBrowser();
    this.people = new Map();
  }

  async stop() {
    await this.browser?.close();
    await this.link?.stop();
    await this.world?.stop();
  }

  // The first account without a window, where a run is not about the first start.
  async firstAccount() {
    const admin = new Caller(this.world.api);
    const account = { code: this.world.setupCode(), name: 'admin-1', display_name: '王工', password };
    const made = admin.take(await admin.send('POST', '/api/v1/setup', account));
    if (!admin.cookie) throw new Error(`no first account: ${made.status} ${made.text}`);
    this.people.set('admin', admin);
  }

  // Somebody of this role, logged in; made by the administrator when first asked for.
  async somebody(role) {
    const there = this.people.get(role);
    if (there) return there;
    const [name, first] = [`${role}-1`, 'a-first-word-to-change'];
    const made = await this.people.get('admin').send('POST', '/api/v1/users', { name, display_name: name, role, lanes: [], password: first });
    if (made.status !== 201) throw new Error(`no account for ${role}: ${made.status} ${made.text}`);
    const person = new Caller(this.world.api);
    await person.logIn(name, first);
    const changed = await person.send('POST', '/api/v1/session/password', { old: first, new: password });
    if (changed.status !== 204) throw new Error(`${role} may not change the password: ${changed.status} ${changed.text}`);
    const entered = await person.logIn(name, password);
    if (entered.status !== 200) throw new Error(`${role} is not let in: ${entered.status} ${entered.text}`);
    this.people.set(role, person);
    return person;
  }

  // A test with one window. Whatever fails leaves a picture of what was on the screen and the gateway's log.
  screen(name, options, body) {
    test(name, async () => {
      const { as, link = this.link, ...rest } = options;
      const state = as ? (await this.somebody(as)).state(link.origin) : undefined;
      const screen = await Screen.open(this.browser, link.origin, { ...rest, state });
      try {
        await body(screen, screen.page);
      } catch (failure) {
        failure.message += await this.evidence(name, screen);
        throw failure;
      } finally {
        await screen.context.close();
      }
      screen.judge();
    });
  }

  async evidence(name, screen) {
    const folder = path.join(pictures, 'failed');
    fs.mkdirSync(folder, { recursive: true });
    const base = path.join(folder, name.replace(/\W+/g, '-').slice(0, 60));
    await screen.page.screenshot({ path: `${base}.png`, timeout: 5000 }).catch(() => undefined);
    fs.copyFileSync(this.world.log, `${base}.gateway.log`);
    return `\nscreen: ${base}.png\nlog: ${base}.gateway.log\n${screen.flaws.join('\n')}`;
  }
}
