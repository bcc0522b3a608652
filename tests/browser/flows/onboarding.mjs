// From a device that nobody knows to one that is proven and stands in its lane, in the rain, on a phone.
import assert from 'node:assert/strict';
import { until } from '../world.mjs';
import { wordsOf } from '../words.mjs';

const t = wordsOf('zh-CN');
const cutSeconds = 5; // the least that the gateway takes; the screen asks for thirty
const english = /[a-z]{2,} [a-z]{2,}/; // a sentence of a driver, where words of ours belong

class Wizard {
  constructor(stage, screen, device) {
    Object.assign(this, { stage, screen, page: screen.page, device });
  }

  press(key, given) {
    return this.page.getByRole('button', { name: t(key, given), exact: true }).click();
  }

  section(heading) {
    return this.page.locator('section', { has: this.page.getByRole('heading', { name: t(heading) }) });
  }

  async look(step) {
    await this.screen.check(`${step} of ${this.device.id}`);
    await this.screen.shot(`install-${step}-${this.device.kind}`);
  }

  async findByAddress() {
    await this.screen.go('/install');
    await this.page.getByText(t('admin.find.byHand')).click();
    await this.page.getByLabel(t('admin.field.protocol')).selectOption('isapi');
    await this.page.getByLabel(t('admin.field.kind')).selectOption(this.device.kind);
    await this.page.getByLabel(t('admin.field.address')).fill(`http://127.0.0.1:${this.stage.world.devicePorts[this.device.id]}`);
    await this.look('find');
    await this.press('admin.next');
    await this.page.getByText(t('admin.login.rule')).waitFor();
  }

  async enter(password) {
    await this.page.getByLabel(t('admin.field.username')).fill('gatehouse');
    await this.page.getByLabel(t('admin.field.password')).fill(password);
    await this.press('admin.login.try');
  }

  async triesAtDevice() {
    return JSON.parse(await this.stage.world.tell(`stats ${this.device.id}`)).unauthorised;
  }

  // Once, and not again: five of them lock a device for half an hour.
  async enterWrongly() {
    const before = await this.triesAtDevice();
    await this.enter('not-its-password');
    await this.page.getByRole('heading', { name: t('admin.login.refused') }).waitFor();
    await this.page.getByText(t('admin.login.useless')).waitFor();
    const again = this.page.getByRole('button', { name: t('admin.login.try'), exact: true });
    assert.ok(await again.isDisabled(), 'the same password is not tried again');
    assert.doesNotMatch(await this.page.getByRole('main').innerText(), english);
    assert.equal((await this.triesAtDevice()) - before, 1, 'the device has seen one try');
    await this.look('refused');
  }

  async enterRightly() {
    await this.enter('simulated');
    await this.page.getByRole('heading', { name: t('admin.login.done') }).waitFor();
    await this.look('login');
    await this.press('admin.login.see');
  }

  // What it is and what of it is not in order, then its place in the configuration and what it sees.
  async see() {
    const { id, name, quirk } = this.device;
    await this.page.getByText(/DS-/).first().waitFor();
    if (quirk) {
      await this.page.getByText(quirk).waitFor();
      await this.section('admin.see.attention').getByText(t('admin.step.remedy')).waitFor();
    }
    await this.page.getByLabel(t('admin.field.name')).fill(name);
    await this.page.getByLabel(t('admin.field.id')).fill(id);
    assert.doesNotMatch(await this.page.getByRole('main').innerText(), english);
    await this.look('see');
    await this.press('admin.see.add');
    await this.write();
    await this.page.getByText(t('admin.link.up')).waitFor();
    if (quirk) await this.section('admin.see.attention').waitFor({ state: 'hidden' }); // somebody has set the clock
    const picture = this.page.getByRole('img', { name: t('admin.live.alt', { name }) });
    await picture.waitFor();
    assert.ok(await picture.evaluate((image) => image.naturalWidth > 0), 'the picture is one');
    await this.look('seen');
    await this.press('admin.see.next');
  }

  async write() {
    await this.press('config.change.write');
    await this.page.getByText(t('config.change.will')).waitFor({ state: 'hidden' });
  }

  phase() {
    const asked = this.stage.people.get('admin').send('GET', `/api/v1/devices/${this.device.id}/prove`);
    return asked.then((answer) => answer.json.phase);
  }

  // One passage that is seen as it happens, one that the link has missed.
  async prove() {
    const { id, passage, raw, normal } = this.device;
    await this.press('admin.prove.start');
    await until(async () => (await this.phase()) === 'waiting', 'the gateway waits for a passage');
    await this.stage.world.tell(`emit ${id} ${passage}`);
    await this.section('admin.prove.ours').getByText(normal).first().waitFor();
    await this.section('admin.prove.raw').getByText(raw).waitFor();
    await this.page.getByText(t('admin.prove.proven'), { exact: true }).waitFor();
    await this.page.route('**/cut', (route) => route.continue({ postData: JSON.stringify({ seconds: cutSeconds }) }));
    await this.press('admin.prove.cutNow', { n: 30 });
    await this.page.getByText(t('admin.prove.phase.cut', { n: cutSeconds - 2 })).waitFor(); // devices tell whole seconds
    await this.stage.world.tell(`emit ${id} ${passage}`);
    await this.page.getByText(t('admin.prove.phase.done')).waitFor();
    await this.page.getByText(t('admin.prove.missed', { missed: 1, brought: 1 })).waitFor();
    await this.page.getByText(t('admin.prove.backfilled'), { exact: true }).waitFor();
    await this.look('proven');
    await this.press('admin.prove.next');
  }

  async place() {
    const { lane } = this.device;
    await this.page.getByLabel(t('admin.lane.name')).fill(lane.name);
    await this.page.getByLabel(t('admin.field.id')).fill(lane.id);
    await this.page.getByLabel(t(`admin.direction.${lane.direction}`), { exact: true }).check();
    if (lane.barrier) await this.page.getByLabel(t('admin.lane.barrier')).selectOption(lane.barrier);
    await this.look('place');
    await this.press('admin.place.save');
    await this.write();
    await this.page.getByRole('heading', { name: t('admin.place.done', { name: this.device.name }) }).waitFor();
    const chosen = await this.page.getByLabel(t('admin.place.lane'), { exact: true }).inputValue();
    assert.equal(chosen, lane.id, 'the lane is no new one any more');
  }

  async move() {
    const { id } = this.device;
    const hold = this.page.locator('.hold');
    assert.ok(await hold.isDisabled(), 'not before somebody has looked');
    await this.page.getByLabel(t('admin.movement.clear', { name: this.device.lane.name })).check();
    await hold.hover();
    await this.page.mouse.down();
    await this.page.getByText(t('admin.movement.status.confirmed')).waitFor();
    await this.page.mouse.up();
    await this.stage.world.tell('flush');
    assert.deepEqual(this.stage.world.movements(id).map((one) => one.action), ['open'], 'it moved once');
    await this.look('moved');
  }
}

export function onboarding(stage) {
  const inHand = { as: 'admin', size: 'phone' };

  stage.screen('a plate camera is found, logged in, seen, proven and placed, and opens one barrier', inHand, async (screen) => {
    const wizard = new Wizard(stage, screen, {
      id: 'lpr-out', kind: 'plate', name: '东门出口相机', passage: 'plate 沪A2B3C4', normal: '沪A2B3C4', raw: /licensePlate/,
      quirk: new RegExp(t('admin.clock.fast', { span: t('shell.time.seconds', { n: '\\d+' }) })),
      lane: { id: 'east-out', name: '东门出口', direction: 'out', barrier: 'lpr-out' },
    });
    await stage.world.tell('clock_skew lpr-out 90s');
    await wizard.findByAddress();
    await wizard.enterWrongly();
    await wizard.enterRightly();
    await stage.world.tell('clock_skew lpr-out 0s');
    await wizard.see();
    await wizard.prove();
    await wizard.place();
    await wizard.move();
  });

  stage.screen('a face terminal is found, logged in, seen, proven and placed', inHand, async (screen) => {
    const wizard = new Wizard(stage, screen, {
      id: 'face-east', kind: 'face', name: '东门人脸终端',
      passage: 'face', normal: t('admin.event.access_granted'), raw: /AccessControllerEvent/,
      lane: { id: 'east-door', name: '东门人行', direction: 'in' },
    });
    await wizard.findByAddress();
    await wizard.enterRightly();
    await wizard.see();
    await wizard.prove();
    await wizard.place();
  });
}
