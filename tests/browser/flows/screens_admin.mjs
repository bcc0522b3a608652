// Every screen of the installer and the manager, on a desk and in a hand, with something on it and with nothing.
import fs from 'node:fs';
import { test } from 'node:test';
import { until } from '../world.mjs';
import { wordsOf } from '../words.mjs';

const lists = {
  plate: [
    'plate,name,list,valid_to,note,reason',
    '沪A12345,王建国,resident,,3 号楼 502,',
    '沪AD12345,赵敏,resident,2031-12-31,,',
    '沪B88888,,deny,,,多次损坏道闸',
    '沪C10086,快递,service,,每天 8–20 点,',
  ],
  person: ['person,name,list', '1001,王建国,resident', '1002,赵敏,resident'],
};

// An estate that has lived for a while: lists, people, a program, an alert that was none, a way to the staff that fails.
async function furnish(stage) {
  const admin = stage.people.get('admin');
  const order = async (method, path, body) => {
    const done = await admin.send(method, path, body);
    if (done.status >= 300) throw new Error(`${method} ${path}: ${done.status} ${done.text}`);
    return done.json;
  };
  for (const [type, rows] of Object.entries(lists)) await order('POST', `/api/v1/lists/import?type=${type}`, rows.join('\n'));
  const given = { lanes: [], password: 'given-by-somebody' };
  await order('POST', '/api/v1/users', { ...given, name: 'lao-li', display_name: '李师傅', role: 'guard', lanes: ['east-in'] });
  await order('POST', '/api/v1/users', { ...given, name: 'xiao-chen', display_name: '陈工', role: 'maintainer' });
  await order('POST', '/api/v1/users/xiao-chen', { disabled: true });
  await order('POST', '/api/v1/tokens', { name: '停车收费系统', permissions: ['event.read', 'list.read'], days: 90 });
  fs.writeFileSync(stage.world.in('hook.secret'), `whsec_${Buffer.alloc(32).toString('base64')}`, { mode: 0o600 });
  const { text, version } = await order('GET', '/api/v1/config');
  const hook = [
    '', '[[notify]]', 'name = "office-hook"', 'protocol = "webhook"', 'url = "https://127.0.0.1:9/"',
    `secret = { file = "${stage.world.in('hook.secret')}" }`, 'allow_addresses = ["127.0.0.1"]', '',
  ].join('\n');
  await order('PUT', '/api/v1/config', { text: text + hook, version, reason: '接上物业值班台' });
  const passages = ['lpr-in plate 沪A12345', 'lpr-in plate 沪B88888', 'lpr-out plate 沪AD12345', 'face-east face', 'face-east duress'];
  for (const passage of passages) await stage.world.tell(`emit ${passage}`);
  const duress = (alerts) => alerts.find((one) => one.kind === 'duress');
  const { alert_id: alert } = await until(async () => duress((await order('GET', '/api/v1/alerts?open=1')).alerts), 'an alert');
  for (const verb of ['ack', 'handle', 'resolve', 'close'])
    await admin.send('POST', `/api/v1/alerts/${alert}/${verb}`, { note: '误碰', result: 'false' });
  await stage.world.tell('cut lpr-in on');
  await until(async () => (await order('GET', '/api/v1/devices/lpr-in')).link === 'down', 'a device that is not there');
}

const press = (page, words, key, given) => page.getByRole('button', { name: words(key, given), exact: true }).first().click();

// Where one goes, and what one does there before looking.
const stations = [
  ['install', '/install'],
  ['devices', '/devices'],
  ['device', '/devices/lpr-out', async (page, t) => {
    await press(page, t, 'admin.devices.testNow');
    await page.getByText(t('admin.step.passed')).first().waitFor({ state: 'attached' });
    await page.getByRole('img').first().waitFor();
  }],
  ['device-down', '/devices/lpr-in'],
  ['device-replace', '/devices/lpr-out', (page, t) => press(page, t, 'admin.devices.replace')],
  ['config', '/config', (page, t) => page.getByLabel(t('config.editor.label')).waitFor()],
  ['config-history', '/config/history'],
  ['config-rules', '/config/rules', async (page, t) => {
    await press(page, t, 'config.rules.try');
    await page.getByRole('heading', { name: t('config.rules.week') }).waitFor();
  }],
  ['upstreams', '/upstreams', async (page, t) => {
    await press(page, t, 'config.route.ask');
    await page.getByText('office-hook').nth(1).waitFor();
  }],
  ['lane', '/upstreams', (page, t) => page.getByRole('button', { name: t('config.lane.editOf', { name: '' }) }).first().click()],
  ['acceptances', '/acceptance'],
  ['lists', '/lists', async (page, t) => {
    await press(page, t, 'admin.sync.compare');
    await page.getByText('沪C10086').waitFor();
  }],
  ['lists-nothing', '/lists', async (page, t) => {
    await page.getByLabel(t('admin.lists.find')).fill('新Z');
    await press(page, t, 'admin.search');
    await page.getByText(t('admin.lists.none')).waitFor();
  }],
  ['lists-import', '/lists', (page, t) => press(page, t, 'admin.lists.import')],
  ['lists-export', '/lists', (page, t) => press(page, t, 'admin.lists.export')],
  ['lists-versions', '/lists', (page, t) => press(page, t, 'admin.lists.versions')],
  ['users', '/users', (page) => page.getByText('停车收费系统').waitFor()],
  ['user', '/users', (page, t) => press(page, t, 'admin.users.add')],
  ['token', '/users', (page, t) => press(page, t, 'admin.tokens.add')],
  ['audit', '/audit', async (page, t) => {
    await press(page, t, 'admin.audit.verify');
    await page.getByText(t('admin.audit.head')).waitFor();
  }],
  ['reports', '/reports', (page, t) => page.getByRole('img', { name: t('report.chart') }).waitFor()],
];

async function walk(screen, page, t, wanted = () => true, suffix = '') {
  screen.expect('GET', '/api/v1/devices/lpr-in/snapshot', 503); // it is not there
  for (const [name, where, act] of stations.filter(([name]) => wanted(name))) {
    await screen.go(where);
    await act?.(page, t);
    await screen.settled();
    await screen.check(name);
    await screen.shot(name + suffix);
  }
}

export function adminScreens(stage) {
  test('an estate has something to show', () => furnish(stage));
  for (const [size, locale] of [['desk', 'zh-CN'], ['phone', 'zh-CN'], ['desk', 'en']])
    stage.screen(`the installer's and the manager's screens: ${size}, ${locale}`, { as: 'admin', size, locale }, (screen, page) =>
      walk(screen, page, wordsOf(locale)));
  const dark = ['devices', 'config', 'lists', 'reports'];
  stage.screen("some of the installer's and the manager's screens at night", { as: 'admin', theme: 'dark' }, (screen, page) =>
    walk(screen, page, wordsOf('zh-CN'), (name) => dark.includes(name), '-dark'));
}
