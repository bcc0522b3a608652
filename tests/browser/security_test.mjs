// What the API refuses, asked of a real gateway over its sockets.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { Caller } from './caller.mjs';
import { password, roles } from './stage.mjs';
import { binaries, World } from './world.mjs';

const nobody = '01KDVZ3M7Q0000000000000000';
const sha = '0'.repeat(64);
const all = roles;
const open = 'open'; // also to people without an account
const managers = ['admin', 'manager'];
const watchers = ['admin', 'manager', 'guard', 'maintainer', 'centre', 'police'];
const alerted = ['admin', 'manager', 'guard', 'maintainer', 'neighbourhood', 'centre'];
const reporters = ['admin', 'manager', 'committee', 'neighbourhood', 'centre'];
const installers = ['admin', 'maintainer'];
const configured = ['admin', 'manager', 'maintainer'];
const viewers = ['admin', 'manager', 'guard', 'police'];
const openers = ['admin', 'manager', 'guard', 'centre'];
const historians = ['admin', 'manager', 'police'];

// Who may do what, written by hand: a right that somebody is given or loses by mistake is seen here.
const table = [
  ['GET', '/healthz', open], ['GET', '/readyz', open], ['GET', '/api/v1/openapi.json', open], ['GET', '/api/v1/asyncapi.json', open],
  ['GET', '/metrics', open], // from this machine itself; from elsewhere metrics.read
  ['GET', '/api/v1/status', all], ['GET', '/api/v1/lanes', all], ['GET', '/api/v1/lanes/live', all], ['GET', '/api/v1/devices', all],
  ['GET', '/api/v1/devices/no-such', all], ['GET', '/api/v1/fire', all], ['GET', '/api/v1/occupancy', all], ['GET', '/api/v1/queue', all],
  ['GET', '/api/v1/events?limit=1', watchers], ['GET', '/api/v1/events/0', watchers], ['GET', '/api/v1/commands?limit=1', watchers],
  ['GET', '/api/v1/commands/no-such', watchers], ['GET', '/api/v1/queue/no-such/peek', watchers], ['GET', '/api/v1/queue/no-such/quarantine', watchers],
  ['GET', `/api/v1/media/${sha}`, viewers], ['GET', '/api/v1/devices/no-such/snapshot', viewers],
  ['GET', '/api/v1/alerts', alerted], ['GET', `/api/v1/alerts/${nobody}`, alerted], ['POST', `/api/v1/alerts/${nobody}/ack`, alerted],
  ['GET', '/api/v1/silences', alerted], ['POST', '/api/v1/silences', alerted], ['POST', `/api/v1/silences/${nobody}/end`, alerted],
  ['GET', '/api/v1/handovers', alerted], ['POST', '/api/v1/handovers', alerted], ['GET', '/api/v1/shift', alerted],
  ['GET', '/api/v1/alerts/route-test?severity=1', configured],
  ['POST', '/api/v1/commands', openers], ['POST', '/api/v1/occupancy', openers], ['POST', '/api/v1/fire/clear', managers],
  ['GET', '/api/v1/passages?limit=1', historians], ['POST', '/api/v1/passages/export', historians],
  ['GET', '/api/v1/report', reporters], ['GET', '/api/v1/traffic?from=x', reporters], ['GET', '/api/v1/devices/uptime', reporters],
  ['GET', '/api/v1/devices/no-such/health', reporters], ['POST', `/api/v1/media/${sha}/evidence`, viewers],
  ['POST', '/api/v1/devices/find', installers], ['POST', '/api/v1/devices/probe', installers], ['POST', '/api/v1/devices/no-such/test', installers],
  ['POST', '/api/v1/devices/no-such/capture', installers], ['POST', '/api/v1/devices/no-such/replace', installers],
  ['POST', '/api/v1/devices/no-such/health/relearn', installers],
  ['POST', '/api/v1/devices/no-such/replay', installers], ['POST', '/api/v1/devices/no-such/prove', installers],
  ['GET', '/api/v1/devices/no-such/prove', installers], ['POST', '/api/v1/devices/no-such/cut', installers],
  ['GET', '/api/v1/protocols', installers], ['GET', '/api/v1/interfaces', installers], ['POST', '/api/v1/queue/no-such/drain', installers],
  ['POST', '/api/v1/notify/no-such/test', installers],
  ['GET', '/api/v1/lists', managers], ['GET', '/api/v1/lists/export?type=tree', managers], ['GET', '/api/v1/lists/versions?type=plate', managers],
  ['POST', '/api/v1/lists/undo', managers], ['POST', '/api/v1/lists/import', managers], ['POST', '/api/v1/lists/enrol', managers], ['POST', '/api/v1/lists/enrol/check', managers],
  ['POST', '/api/v1/lists/sync?device=no-such', managers], ['GET', '/api/v1/consents?person=1', managers], ['POST', '/api/v1/consents/import', managers],
  ['POST', '/api/v1/consents/withdraw', managers], ['GET', '/api/v1/explain?plate=', managers],
  ['GET', '/api/v1/audit?limit=1', managers], ['GET', '/api/v1/audit/verify?head=nonsense', managers],
  ['GET', '/api/v1/acceptance', configured], ['POST', '/api/v1/acceptance', configured], ['GET', '/api/v1/acceptance/no-such', configured],
  ['POST', '/api/v1/acceptance/no-such/items/clock', configured], ['POST', '/api/v1/acceptance/no-such/run', configured],
  ['POST', '/api/v1/acceptance/no-such/sign', configured],
  ['POST', '/api/v1/rules/preview', configured], ['GET', '/api/v1/config', configured], ['GET', '/api/v1/config/history', configured],
  ['GET', '/api/v1/config/history/999', configured], ['PUT', '/api/v1/config', installers], ['POST', '/api/v1/config', installers],
  ['POST', '/api/v1/config/check', installers], ['POST', '/api/v1/config/undo', installers],
  ['POST', '/api/v1/backup', ['admin']], ['GET', '/api/v1/users', ['admin']], ['POST', '/api/v1/users', ['admin']],
  ['POST', '/api/v1/users/no-such', ['admin']], ['DELETE', '/api/v1/users/no-such', ['admin']], ['POST', '/api/v1/users/no-such/password', ['admin']],
  ['GET', '/api/v1/tokens', ['admin']], ['POST', '/api/v1/tokens', ['admin']], ['DELETE', '/api/v1/tokens/no-such', ['admin']],
];
// Of everybody who is there or wants to be; each has tests of its own.
const own = ['GET /api/v1/session', 'POST /api/v1/session', 'DELETE /api/v1/session', 'POST /api/v1/session/password', 'POST /api/v1/setup', 'GET /api/v1/events/stream'];

const world = new World();
const people = new Map();
let admin;
let slow; // connections that never finish what they ask

before(async () => {
  await world.start({ alone: true });
  await world.startGateway();
  slow = Array.from({ length: 50 }, () => dawdle(world.api));
});
after(async () => {
  for (const one of slow ?? []) one.socket.destroy();
  await world.stop();
});

function dawdle(port) {
  const one = { socket: net.connect(port, '127.0.0.1'), since: Date.now() };
  one.ended = new Promise((done) => one.socket.on('error', () => undefined).once('close', () => done(Date.now() - one.since)));
  one.socket.on('data', () => undefined).write('POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\n{"na');
  return one;
}

// A request as bytes, because a library would tidy it up; the whole answer.
function raw(bytes, port = world.api) {
  return new Promise((done) => {
    let text = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('latin1').on('data', (part) => (text += part)).on('error', () => undefined).once('close', () => done(text));
    socket.setTimeout(20_000, () => socket.destroy());
  });
}

// Answers 101 or what came instead.
function follow(headers, port = world.api) {
  return new Promise((done, failed) => {
    const request = http.request({
      host: '127.0.0.1', port, path: '/api/v1/events/stream', agent: false,
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': crypto.randomBytes(16).toString('base64'), ...headers },
    });
    request.once('upgrade', (_, socket) => (socket.destroy(), done(101)));
    request.once('response', (answer) => (answer.resume(), done(answer.statusCode)));
    request.once('error', failed).end();
  });
}

test('the code of the first start cannot be guessed at leisure', async () => {
  const guesser = new Caller(world.api, '127.0.0.20');
  const guess = () => guesser.send('POST', '/api/v1/setup', { code: 'AAAA-BBBB-CCCC', name: 'mallory', display_name: '', password });
  for (let tries = 0; tries < 5; ++tries) assert.equal((await guess()).status, 401);
  assert.equal((await guess()).status, 429);
});

test('before the first account nothing is told but that there is none', async () => {
  const stranger = new Caller(world.api);
  for (const [method, path, who] of table.filter(([, , who]) => who !== open)) {
    const answer = await stranger.send(method, path, method === 'GET' ? undefined : {});
    assert.equal(answer.status, 401, `${method} ${path} for ${who}`);
    assert.equal(answer.json.setup_required, true);
  }
  admin = new Caller(world.api);
  const made = admin.take(await admin.send('POST', '/api/v1/setup', { code: world.setupCode(), name: 'admin-1', display_name: '', password }));
  assert.equal(made.status, 201);
  people.set('admin', admin);
  for (const role of roles.filter((one) => one !== 'admin')) {
    const name = `${role}-1`;
    assert.equal((await admin.send('POST', '/api/v1/users', { name, display_name: name, role, lanes: [], password: 'first-word-8' })).status, 201);
    const person = new Caller(world.api);
    await person.logIn(name, 'first-word-8');
    assert.equal((await person.send('GET', '/api/v1/status')).status, 403, 'nothing before a password of one\'s own');
    assert.equal((await person.send('POST', '/api/v1/session/password', { old: 'first-word-8', new: password })).status, 204);
    assert.equal((await person.logIn(name, password)).status, 200);
    people.set(role, person);
  }
});

test('the table below has every operation that the API describes, and no other', async () => {
  const document = (await admin.send('GET', '/api/v1/openapi.json')).json;
  const shape = (path) => path.split('?')[0].split('/');
  const described = Object.entries(document.paths).flatMap(([path, item]) => Object.keys(item).map((method) => [method.toUpperCase(), path]));
  const fits = (path, template) => {
    const [steps, wanted] = [shape(path), shape(template)];
    return steps.length === wanted.length && wanted.every((step, at) => step.startsWith('{') || step === steps[at]);
  };
  const mine = [...table.map(([method, path]) => [method, path]), ...own.map((one) => one.split(' '))];
  // The most literal template wins, as in the router.
  const template = (method, path) => described.filter(([verb, one]) => verb === method && fits(path, one)).sort(([, a], [, b]) => a.split('{').length - b.split('{').length)[0]?.[1];
  const asked = mine.map(([method, path]) => `${method} ${template(method, path)}`);
  assert.deepEqual(mine.filter(([method, path]) => !template(method, path)), [], 'nobody describes these');
  assert.deepEqual(described.map((one) => one.join(' ')).filter((one) => !asked.includes(one)), [], 'these are asked of nobody');
});

for (const role of roles)
  test(`${role} may exactly what the table says`, async () => {
    const person = people.get(role);
    const wrong = [];
    for (const [method, path, who] of table) {
      const { status } = await person.send(method, path, method === 'GET' ? undefined : {});
      const let_in = who === open || who.includes(role);
      if ((status !== 403 && status !== 401) !== let_in) wrong.push(`${method} ${path}: ${status}`);
    }
    assert.deepEqual(wrong, []);
    assert.equal(await follow({ cookie: person.cookie, origin: `http://127.0.0.1:${world.api}` }), watchers.includes(role) ? 101 : 403);
  });

test('a change needs the word of the session, and no page of another site has it', async () => {
  const change = (headers) => people.get('manager').send('POST', '/api/v1/handovers', { text: 'all is quiet' }, headers);
  assert.equal((await change({ 'x-csrf-token': undefined })).status, 403);
  assert.equal((await change({ 'x-csrf-token': people.get('guard').csrf })).status, 403);
  assert.equal((await change({ origin: 'http://elsewhere.example' })).status, 403);
  assert.equal((await change({ origin: 'null' })).status, 403);
  assert.ok((await change({ origin: `http://127.0.0.1:${world.api}` })).status < 300);
});

test('a session is never one that was there before, and it ends when it is ended', async () => {
  const person = new Caller(world.api);
  const planted = 'gatehouse_session=planted-by-somebody-else-0000000000000000';
  const first = await person.send('POST', '/api/v1/session', { name: 'police-1', password }, { cookie: planted });
  const cookie = first.headers['set-cookie'][0];
  assert.ok(!cookie.startsWith(planted));
  assert.match(cookie, /^gatehouse_session=[\w-]{40,}; /);
  for (const flag of ['HttpOnly', 'SameSite=Strict', 'Path=/']) assert.ok(cookie.includes(flag), flag);
  person.take(first);
  const before_again = person.cookie;
  assert.equal((await person.logIn('police-1', password)).status, 200);
  assert.notEqual(person.cookie, before_again);
  assert.equal((await person.send('GET', '/api/v1/session', undefined, { cookie: before_again })).status, 401, 'the one before is over');
  assert.equal((await person.send('DELETE', '/api/v1/session')).status, 204);
  assert.equal((await person.send('GET', '/api/v1/session')).status, 401);
});

test('an account that is shut, changed or removed is out at once', async () => {
  const changes = { police: { disabled: true }, committee: { role: 'neighbourhood' } };
  for (const [role, change] of Object.entries(changes)) {
    const person = new Caller(world.api);
    assert.equal((await person.logIn(`${role}-1`, password)).status, 200);
    assert.equal((await admin.send('POST', `/api/v1/users/${role}-1`, change)).status, 200);
    assert.equal((await person.send('GET', '/api/v1/status')).status, 401, JSON.stringify(change));
  }
  assert.equal((await new Caller(world.api).logIn('police-1', password)).status, 401);
});

test('a token may what it was made for, needs no word of a session, and ends when it is taken back', async () => {
  const made = (await admin.send('POST', '/api/v1/tokens', { name: 'screen at the gate', permissions: ['status.read'], days: 1 })).json;
  const ask = (method, path, body) => new Caller(world.api).send(method, path, body, { authorization: `Bearer ${made.token}` });
  assert.equal((await ask('GET', '/api/v1/status')).status, 200);
  assert.equal((await ask('GET', '/api/v1/events')).status, 403);
  assert.equal((await ask('POST', '/api/v1/commands', { action: 'open', lane: 'east-in', reason: 'none' })).status, 403);
  assert.equal((await ask('POST', '/api/v1/tokens', { name: 'more', permissions: ['backup'], days: 1 })).status, 403);
  assert.ok(!(await admin.send('GET', '/api/v1/tokens')).text.includes(made.token), 'it is shown once');
  assert.equal((await admin.send('DELETE', `/api/v1/tokens/${made.id}`)).status, 204);
  assert.equal((await ask('GET', '/api/v1/status')).status, 401);
  assert.equal((await new Caller(world.api).send('GET', '/api/v1/status', undefined, { authorization: 'Bearer ghp_guessed' })).status, 401);
});

test('no path leads out of what is served', async () => {
  const names = ['../../../../etc/passwd', '..%2f..%2f..%2f..%2fetc%2fpasswd', '%2e%2e/%2e%2e/%2e%2e/etc/passwd', '....//....//etc/passwd', '..\\..\\etc\\passwd', '%00/etc/passwd', '/etc/passwd'];
  for (const start of ['/', '/assets/', '/api/v1/media/', '/api/v1/config/history/', '/api/v1/acceptance/'])
    for (const name of [...names, world.config, `..${world.config}`]) {
      const text = await raw(`GET ${start}${name} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${admin.cookie}\r\nConnection: close\r\n\r\n`);
      assert.doesNotMatch(text, /root:|data_dir|SQLite format/, start + name);
      assert.match(text, /^HTTP\/1\.1 (200|400|404)/, start + name);
    }
});

test('only our own pages and programs with a token may follow the events', async () => {
  const { cookie } = people.get('guard');
  assert.equal(await follow({}), 401);
  assert.equal(await follow({ cookie, origin: 'http://elsewhere.example' }), 403);
  assert.equal(await follow({ cookie, origin: 'null' }), 403);
  assert.equal(await follow({ cookie }), 403, 'a browser always says where it comes from');
  assert.equal(await follow({ cookie, host: 'elsewhere.example', origin: 'http://elsewhere.example' }), 421);
});

test('who calls us by another name is not answered', async () => {
  for (const host of ['elsewhere.example', '127.0.0.1.elsewhere.example', 'gatehouse@elsewhere.example'])
    assert.equal((await admin.send('GET', '/api/v1/status', undefined, { host })).status, 421, host);
});

test('what is too large is refused before it is read', async () => {
  const large = 'x'.repeat(1_000_000);
  assert.match(await raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Large: ${large}\r\n\r\n`), /^(HTTP\/1\.1 4(00|31|13)|$)/);
  assert.match(await raw(`GET /${large} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`), /^(HTTP\/1\.1 4(00|14|31)|$)/);
  assert.match(await raw('POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999999\r\n\r\n'), /^HTTP\/1\.1 413/);
  assert.match(await raw(`POST /api/v1/lists/import HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999\r\n\r\n`), /^HTTP\/1\.1 4(01|13)/, 'nor a file of somebody unknown');
  assert.match(await raw('POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'), /^(HTTP\/1\.1 400|$)/, 'nor what can be read in two ways');
  assert.equal((await admin.send('GET', '/api/v1/status')).status, 200);
});

test('every kind of answer forbids what a page must not do', async () => {
  const page = await admin.send('GET', '/');
  const asset = /src="(\/assets\/[^"]+\.js)"/.exec(page.text)?.[1];
  assert.ok(asset, 'the console is there');
  for (const [path, status] of [['/', 200], [asset, 200], ['/lanes', 200], ['/api/v1/status', 200], ['/api/v1/no-such', 404], ['/assets/no-such.js', 404], ['/api/v1/events?limit=x', 400]]) {
    const answer = await admin.send('GET', path, undefined, { accept: path === '/lanes' ? 'text/html' : '*/*' });
    assert.equal(answer.status, status, path);
    const policy = answer.headers['content-security-policy'];
    assert.ok(policy.includes("default-src 'self'") && policy.includes("frame-ancestors 'none'") && policy.includes("object-src 'none'"), path);
    assert.doesNotMatch(policy, /unsafe-|\*|http:/, path);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff', path);
    assert.equal(answer.headers['x-frame-options'], 'DENY', path);
    assert.equal(answer.headers['referrer-policy'], 'no-referrer', path);
    assert.equal(answer.headers['cross-origin-opener-policy'], 'same-origin', path);
    assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin', path);
    assert.equal(answer.headers['access-control-allow-origin'], undefined, path);
    assert.equal(answer.headers.server, undefined, path);
    if (path.startsWith('/api')) assert.equal(answer.headers['cache-control'], 'no-store', path);
  }
  assert.match((await admin.send('GET', asset)).headers['cache-control'], /immutable/);
  assert.doesNotMatch(page.text, /<script(?![^>]*\bsrc=)|<style|style="|\son\w+="/, 'nothing inline');
});

test('nothing goes in clear beyond this machine', async () => {
  const check = (listen, more = '') => {
    const file = world.in('elsewhere.toml');
    fs.writeFileSync(file, fs.readFileSync(world.config, 'utf8').replace(/\[api\]\nlisten = "[^"]*"/, `[api]\nlisten = "${listen}"${more}`), { mode: 0o600 });
    return spawnSync(`${binaries}/gatehouse`, ['check', '--config', file], { encoding: 'utf8' });
  };
  for (const listen of ['0.0.0.0:8443', '[::]:8443', '192.0.2.7:8443']) {
    const refused = check(listen);
    assert.notEqual(refused.status, 0, listen);
    assert.match(refused.stdout + refused.stderr, /tls/, listen);
    assert.equal(check(listen, '\ntls = "self-signed"').status, 0, listen);
  }
});

test('with TLS the cookie is for TLS only, and who comes in clear gets nothing', async () => {
  const other = new World();
  try {
    await other.start({ alone: true, tls: true });
    await other.startGateway();
    const ask = (method, path, body) => new Promise((done, failed) => {
      const sent = body && JSON.stringify(body);
      const request = https.request({ host: '127.0.0.1', port: other.api, method, path, rejectUnauthorized: false, agent: false, headers: sent ? { 'content-type': 'application/json', 'content-length': sent.length } : {} }, (answer) => {
        answer.resume();
        done({ status: answer.statusCode, headers: answer.headers, protocol: answer.socket.getProtocol() });
      });
      request.once('error', failed).end(sent);
    });
    const made = await ask('POST', '/api/v1/setup', { code: other.setupCode(), name: 'admin-1', display_name: '', password });
    assert.equal(made.status, 201);
    assert.match(made.headers['set-cookie'][0], /; Secure/);
    assert.match(made.headers['strict-transport-security'], /max-age=\d{7,}/);
    assert.match(made.protocol, /TLSv1\.[23]/);
    assert.match(await raw('GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n', other.api), /^(HTTP\/1\.1 400|$)/);
  } finally {
    await other.stop();
  }
});

test('who dawdles is let go, and kept nobody waiting', async () => {
  const began = Date.now();
  assert.equal((await admin.send('GET', '/api/v1/status')).status, 200);
  assert.ok(Date.now() - began < 2000);
  for (const one of slow) assert.ok((await one.ended) < 45_000);
});
