// Half a year of passages, and what somebody finds in them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { until } from '../world.mjs';
import { wordsOf } from '../words.mjs';

const t = wordsOf('zh-CN');
const count = Number(process.env.GATEHOUSE_PASSAGES ?? 1_000_000);
const day = 86_400_000; // ms
const span = 178 * day; // the journal keeps 180
const start = Date.now() - span - day / 24;
const timeOf = (n) => start + Math.floor((n * span) / count);
const idOf = (n) => `01TRIED${String(n).padStart(19, '0')}`;
// What there is only once, in the midst of all the others. The second differs from the first in its end.
const rare = {
  plate: '沪C80158', at: Math.floor(count / 6) * 3, like: '沪C80159', likeAt: Math.floor(count / 9) * 3,
  person: '9042', personAt: Math.floor(count / 12) * 3 + 1,
};

// Every third is a vehicle, one of twenty is refused. Written into the database of a gateway that does not run, inside
// SQLite, because a million rows of another's making take minutes.
const rows = `
PRAGMA synchronous = OFF;
CREATE TEMP TABLE there AS SELECT coalesce(max(seq), 0) AS seq FROM journal;
BEGIN;
WITH RECURSIVE
  number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${count}),
  passage AS (SELECT n, n % 3 = 0 AS vehicle, n % 20 <> 7 AS passed, ${start} + n * ${span} / ${count} AS at,
    CASE n WHEN ${rare.at} THEN '${rare.plate}' WHEN ${rare.likeAt} THEN '${rare.like}' ELSE printf('沪A%05d', n * 7919 % 5000) END AS plate,
    CASE n WHEN ${rare.personAt} THEN '${rare.person}' ELSE 1000 + n % 2000 END AS person FROM number)
INSERT INTO journal (seq, id, device, device_key, device_record, type, priority, keep, lane, direction, occurred_ms, received_ms, time_trusted,
  clock_quality, history, boot_id, data)
SELECT (SELECT seq FROM there) + n, printf('01TRIED%019d', n), iif(vehicle, iif(n % 2, 'lpr-in', 'lpr-out'), 'face-east'),
  'tried-' || n, 'tried-' || n, iif(vehicle, iif(passed, 'vehicle.passed', 'vehicle.refused'), iif(passed, 'access.granted', 'access.denied')),
  1, 0, iif(vehicle, iif(n % 2, 'east-in', 'east-out'), 'east-door'), 1, at, at, 1, 0, 0, 'tried',
  '{"direction":"in",' || iif(vehicle, '"plate":{"text":"' || plate || '","color":"blue","confidence":0.93}',
    '"credential":{"type":"face","person":"' || person || '"}') || ',"decision":{"result":"' || iif(passed, 'open', 'refuse') ||
    '","rule":"' || iif(passed, 'resident-list', 'not-listed') || '","reasons":["listed"]},"time_trusted":true,"history":false}'
FROM passage;
INSERT OR REPLACE INTO cursor (reader, priority, seq)
SELECT reader, priority, (SELECT max(seq) FROM journal) FROM (SELECT 'rules' AS reader UNION SELECT 'passages' UNION SELECT 'sink/centre'),
  (SELECT 0 AS priority UNION SELECT 1);
COMMIT;
`;
const script = 'import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.executescript(sys.stdin.read()); print(d.execute("SELECT max(seq) FROM journal").fetchone()[0])';

function fill(world) {
  const made = spawnSync('python3', ['-c', script, path.join(world.in('data'), 'gatehouse.db')], { input: rows, encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  // A journal with numbers that nobody has reserved would be taken for damaged.
  const last = Number(made.stdout);
  const body = `gatehouse sequence 1 reserved=${last} last=${last} log=0\n`;
  fs.writeFileSync(path.join(world.in('data'), 'sequence-floor'), `${body}${crypto.createHash('sha256').update(body).digest('hex')}\n`);
}

// The index follows while other things are tried.
export async function fillJournal(stage) {
  await stage.world.end('gateway');
  fill(stage.world);
  await stage.world.startGateway();
}

const plates = (page) => page.locator('.result .plate');
const times = (page) => page.locator('.result time').evaluateAll((all) => all.map((one) => Date.parse(one.dateTime)));
const field = (at) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 16);

export function searchFlows(stage) {
  test(`the index comes to the end of ${count} passages`, async () => {
    const manager = await stage.somebody('manager');
    const end = new Date(timeOf(count) + 1000).toISOString();
    const newest = async () => (await manager.send('GET', `/api/v1/passages?limit=1&to=${end}`)).json.passages[0]?.id;
    await until(async () => (await newest()) === idOf(count), 'the newest of them is found', 200_000);
    const list = `plate,person,card,name,list,valid_from,valid_to,lanes,note\n,${rare.person},,陈奶奶,resident,,,,\n`;
    assert.equal((await manager.send('POST', '/api/v1/lists/import', list)).status, 200);
  });

  stage.screen('a plate is found by what one remembers of it', { as: 'manager' }, async (screen, page) => {
    await screen.go('/search');
    const search = page.getByRole('button', { name: t('search.search'), exact: true });
    const look = async (text, fuzzy) => {
      await page.getByLabel(t('search.plate'), { exact: true }).fill(text);
      await page.getByLabel(t('search.fuzzy')).setChecked(fuzzy);
      await search.click();
      await screen.settled();
      return (await plates(page).allInnerTexts()).map((one) => one.replace(/\s/g, ''));
    };
    assert.deepEqual(await look(rare.plate, false), [rare.plate], 'as it is');
    await page.getByText(t('search.found', { n: 1 })).waitFor();
    assert.deepEqual(await look('c 8015?', false), [rare.plate, rare.like], 'a part of it, and any character');
    assert.deepEqual(await look('C80*9', false), [rare.like], 'any number of characters');
    assert.deepEqual(await look('沪CBOIS8', false), [], 'letters for digits, taken at their word');
    await page.getByText(t('search.none')).waitFor();
    await screen.check('nothing found');
    assert.ok((await look('沪CBOIS8', true)).includes(rare.plate), 'letters for digits, as people read them');
    await page.reload();
    await screen.settled();
    assert.equal(await page.getByLabel(t('search.plate'), { exact: true }).inputValue(), '沪CBOIS8', 'a search survives a reload');
    assert.ok((await plates(page).count()) > 0);
  });

  stage.screen('somebody is found by number, lane and time, and what was refused by itself', { as: 'manager' }, async (screen, page) => {
    await screen.go('/search');
    const search = async () => {
      await page.getByRole('button', { name: t('search.search'), exact: true }).click();
      await screen.settled();
    };
    await page.getByLabel(t('search.person'), { exact: true }).fill(rare.person);
    await search();
    await page.locator('.result').getByText('陈奶奶').waitFor();
    const found = await times(page);
    assert.equal(found.length, 1, 'by the number');
    assert.ok(Math.abs(found[0] - timeOf(rare.personAt)) < 1000);
    await page.getByRole('button', { name: t('search.reset') }).click();
    await page.getByLabel(t('search.lane'), { exact: true }).selectOption({ label: '东门人行' });
    const around = Math.max(120_000, (8 * span) / count); // so that vehicles have passed in it too
    const [from, to] = [timeOf(rare.personAt) - around, timeOf(rare.personAt) + around];
    await page.getByLabel(t('search.from'), { exact: true }).fill(field(from));
    await page.getByLabel(t('search.to'), { exact: true }).fill(field(to));
    await search();
    await page.locator('.result').getByText('陈奶奶').waitFor();
    for (const at of await times(page)) assert.ok(at >= from - 60_000 && at <= to, 'within the time asked for');
    for (const lane of await page.locator('.result strong').allInnerTexts()) assert.ok(!/东门[进出]口/.test(lane), lane);
    await page.getByRole('button', { name: t('search.reset') }).click();
    await page.getByLabel(t('search.result'), { exact: true }).selectOption({ label: t('guard.verdict.denied') });
    await search();
    const all = await page.locator('.result').count();
    assert.ok(all >= 24);
    assert.equal(await page.locator('.result').getByText(t('guard.verdict.denied')).count(), all);
    await screen.check('what was refused');
    await screen.shot('search-denied');
  });

  stage.screen('the next page goes on where the first one ended', { as: 'manager' }, async (screen, page) => {
    await screen.go('/search');
    await page.getByText(t('search.more', { n: 50 })).waitFor();
    await page.getByRole('button', { name: t('search.next') }).click();
    await page.getByText(t('search.more', { n: 100 })).waitFor();
    const found = await times(page);
    assert.equal(found.length, 100);
    assert.deepEqual(found, [...found].sort((a, b) => b - a), 'newest first');
    assert.equal(new Set(await page.locator('.result').allInnerTexts()).size, 100, 'nothing twice');
  });

  stage.screen('what has just passed is found with its picture, and leaves the gateway only with a reason', { as: 'manager' }, async (screen, page) => {
    await stage.world.tell(`emit lpr-in plate ${rare.plate}`);
    await screen.go(`/search?q=${encodeURIComponent(rare.plate)}&fuzzy=0`);
    const first = page.locator('.result').first();
    await until(async () => {
      await page.getByRole('button', { name: t('search.search'), exact: true }).click();
      await screen.settled();
      return (await page.locator('.result').count()) === 2;
    }, 'the new passage is found');
    await first.getByRole('button', { name: t('shell.picture.enlarge', { what: '' }).trim() }).click();
    const large = page.getByRole('dialog').getByRole('img');
    await large.waitFor();
    await page.waitForFunction((image) => image.naturalWidth > 0, await large.elementHandle());
    await screen.shot('search-picture');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: t('search.export'), exact: true }).click();
    const dialog = page.getByRole('dialog');
    const save = dialog.getByRole('button', { name: t('search.export'), exact: true });
    assert.ok(await save.isDisabled(), 'not without a reason');
    await dialog.getByLabel(t('search.exportReason')).fill('派出所查车，见介绍信 17 号');
    await screen.check('an export');
    await screen.shot('search-export');
    const [file] = await Promise.all([page.waitForEvent('download'), save.click()]);
    assert.match(file.suggestedFilename(), /^passages-\d{4}-\d\d-\d\d\.csv$/);
    const lines = fs.readFileSync(await file.path(), 'utf8').trim().split('\r\n');
    assert.equal(lines.length, 3, lines.join('\n'));
    assert.ok(lines.slice(1).every((line) => line.includes(rare.plate)));
    await dialog.waitFor({ state: 'hidden' });
    const audit = (await stage.people.get('admin').send('GET', '/api/v1/audit?order=desc&limit=50')).json.rows;
    const row = audit.find((one) => one.action === 'passage-export');
    assert.match(row.actor, /^manager-1 /);
    assert.match(row.detail, /派出所查车，见介绍信 17 号.*2 rows/);
  });

  stage.screen('a picture is passed on with faces and plates hidden, for a reason that the audit keeps', { as: 'manager' }, async (screen, page) => {
    await screen.go(`/search?q=${encodeURIComponent(rare.plate)}&fuzzy=0`);
    const enlarge = page.locator('.result').first().getByRole('button', { name: t('shell.picture.enlarge', { what: '' }).trim() });
    await enlarge.click();
    await page.getByRole('dialog').getByRole('button', { name: t('shell.passOn.title') }).click();
    const dialog = page.getByRole('dialog', { name: t('shell.passOn.title') });
    const make = dialog.getByRole('button', { name: t('shell.passOn.make') });
    assert.ok(await make.isDisabled(), 'not without a reason');
    await dialog.getByLabel(t('shell.passOn.reason')).fill('居民问谁堵了通道');
    await dialog.getByLabel(t('shell.passOn.to')).selectOption('police');
    assert.ok(await make.isDisabled(), 'the police name their request and their officer');
    await dialog.getByLabel(t('shell.passOn.number')).fill('2026-17');
    await dialog.getByLabel(t('shell.passOn.officer')).fill('王警官');
    let release = () => undefined;
    const held = new Promise((done) => (release = done));
    await page.route('**/evidence', async (route) => (await held, route.continue()));
    await make.click();
    await dialog.getByLabel(t('shell.passOn.to')).selectOption('public');
    const answered = page.waitForResponse('**/evidence');
    release();
    await (await answered).finished();
    await make.waitFor(); // it waits no longer
    assert.equal(await dialog.getByRole('img').count(), 0, 'what the police may see is not shown as made for everybody');
    await page.unroute('**/evidence');
    await make.click();
    const picture = dialog.getByRole('img', { name: t('shell.passOn.made') });
    await picture.waitFor();
    await page.waitForFunction((image) => image.naturalWidth > 0, await picture.elementHandle());
    await screen.check('a picture to pass on');
    await screen.shot('pass-on');
    const save = dialog.getByRole('link', { name: t('shell.save') });
    const [file] = await Promise.all([page.waitForEvent('download'), save.click()]);
    const bytes = fs.readFileSync(await file.path());
    assert.equal(bytes.readUInt16BE(0), 0xffd8, 'a JPEG');
    await dialog.getByLabel(t('shell.passOn.to')).selectOption('centre');
    await picture.waitFor({ state: 'detached' }); // what was made for one reader is not for another
    assert.equal(await dialog.getByLabel(t('shell.passOn.plate')).inputValue(), rare.plate);
    const audit = (await stage.people.get('admin').send('GET', '/api/v1/audit?order=desc&limit=50')).json.rows;
    const row = audit.find((one) => one.action === 'picture-evidence');
    assert.match(row.actor, /^manager-1 /);
    const hash = crypto.createHash('sha256').update(bytes).digest('hex');
    assert.match(row.detail, new RegExp(`for public \\(report\\): 居民问谁堵了通道; sha256 ${hash}; masked`));
  });

  test('who may look at history but not at persons gets plates with their middle hidden, and no export', async () => {
    const admin = stage.people.get('admin');
    const made = await admin.send('POST', '/api/v1/tokens', { name: 'traffic counting', permissions: ['history.read'] });
    assert.equal(made.status, 201, made.text);
    const counter = { authorization: `Bearer ${made.json.token}`, cookie: undefined, 'x-csrf-token': undefined };
    const ask = (method, where, body) => admin.send(method, where, body, counter);
    const found = (await ask('GET', '/api/v1/passages?limit=50')).json.passages;
    assert.ok(found.length > 0 && found.some((one) => one.plate));
    for (const one of found) {
      if (one.plate) assert.match(one.plate.text, /^沪.•••..$/);
      assert.equal(one.person, null);
    }
    assert.equal((await ask('GET', `/api/v1/passages?q=${encodeURIComponent(rare.plate)}`)).status, 403);
    assert.equal((await ask('POST', '/api/v1/passages/export', { reason: 'counting' })).status, 403);
  });
}
