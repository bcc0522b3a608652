// A broker, a simulated estate and a gateway, all on loopback, all gone at the end.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const binaries = path.resolve(root, process.env.GATEHOUSE_BIN ?? 'build/release/bin');
const patience = 30_000; // ms

// What people call things here. No test asks for a Chinese word where it could ask for a role or an id.
const devices = { 'lpr-in': ['plate', '东门进口相机'], 'lpr-out': ['plate', '东门出口相机'], 'face-east': ['face', '东门人脸终端'] };
const lanes = [
  `[[lane]]
id = "east-in"
name = "东门进口"
kind = "vehicle"
direction = "in"
readers = ["lpr-in"]
barrier = "lpr-in/1"
decide = "gateway"
`,
  `[[lane]]
id = "east-out"
name = "东门出口"
kind = "vehicle"
direction = "out"
readers = ["lpr-out"]
barrier = "lpr-out/1"
decide = "device"
`,
  `[[lane]]
id = "east-door"
name = "东门人行"
kind = "pedestrian"
direction = "in"
readers = ["face-east"]
decide = "device"
`,
];

export async function until(condition, what, limit = patience) {
  const end = Date.now() + limit;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${limit / 1000} s`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

async function freePorts(count) {
  const held = Array.from({ length: count }, () => net.createServer());
  for (const one of held) await new Promise((done) => one.listen(0, '127.0.0.1', done));
  const ports = held.map((one) => one.address().port);
  for (const one of held) await new Promise((done) => one.close(done));
  return ports;
}

function listens(port) {
  return new Promise((done) => {
    const probe = net.connect(port, '127.0.0.1');
    probe.once('connect', () => (probe.destroy(), done(true))).once('error', () => done(false));
  });
}

process.once('SIGTERM', () => process.exit(143)); // so that what is below is done
process.once('SIGINT', () => process.exit(130));

export class World {
  // `unknown`: devices of the estate that the configuration does not have yet, nor the lanes that name them.
  constructor({ unknown = [] } = {}) {
    this.unknown = unknown;
    process.once('exit', () => this.abandon());
    this.work = fs.mkdtempSync(path.join(os.tmpdir(), 'gatehouse-browser-'));
    this.running = new Map();
    this.config = this.in('gatehouse.toml');
    this.log = this.in('gateway.log');
    this.devicePorts = {};
  }

  in(name) {
    return path.join(this.work, name);
  }

  // `alone`: without broker and estate; `tls`: with a certificate of its own making.
  async start({ alone = false, tls = false } = {}) {
    [this.broker, this.api, this.listener, this.control] = await freePorts(4);
    this.tls = tls;
    if (!alone) await this.startSurroundings();
    fs.mkdirSync(this.in('data'), { mode: 0o700 });
    fs.writeFileSync(this.in('device.secret'), 'simulated', { mode: 0o600 });
    fs.writeFileSync(this.config, this.site(), { mode: 0o600 });
  }

  async startSurroundings() {
    fs.writeFileSync(this.in('mosquitto.conf'), `listener ${this.broker} 127.0.0.1\nallow_anonymous true\npersistence false\nuser ${os.userInfo().username}\n`);
    await this.startBroker();
    await this.startEstate();
  }

  async startBroker() {
    this.launch('broker', 'mosquitto', ['-c', this.in('mosquitto.conf')]);
    await until(() => listens(this.broker), 'the broker listens');
  }

  async startEstate() {
    const camera = ([id, kind]) =>
      `[[camera]]\nid = "${id}"\nkind = "${kind}"\nlisten = "127.0.0.1:0"\nusername = "gatehouse"\npassword = "simulated"\n` +
      'heartbeat = "1s"\nbarrier_travel = "100ms"\npicture_bytes = 20000\npictures = 2\nscenes = true\n';
    const kinds = Object.entries(devices).map(([id, [kind]]) => [id, kind]);
    fs.writeFileSync(this.in('estate.toml'), kinds.map(camera).join('\n'));
    this.launch('sim', path.join(binaries, 'gatehouse-sim'),
      ['--estate', this.in('estate.toml'), '--oracle', this.in('oracle.jsonl'), '--control', String(this.control)]);
    const said = () => fs.readFileSync(this.in('sim.log'), 'utf8');
    await until(() => said().includes('"ready"'), 'the simulated estate is ready');
    for (const line of said().split('\n').filter((one) => one.includes('"device"'))) {
      const told = JSON.parse(line);
      this.devicePorts[told.device] = told.port;
    }
  }

  site() {
    const device = ([id, [kind, name]]) =>
      `\n[[device]]\nid = "${id}"\nname = "${name}"\nprotocol = "isapi"\nkind = "${kind}"\n` +
      `address = "http://127.0.0.1:${this.devicePorts[id] ?? 9}"\nusername = "gatehouse"\npassword = { file = "${this.in('device.secret')}" }\n` +
      (kind === 'plate' ? 'state_every = "1s"\n' : '');
    return `[site]\nid = "tried"\nname = "试用小区"\ntimezone = "Asia/Shanghai"\n\n[gateway]\nid = "gw1"\ndata_dir = "${this.in('data')}"\n` +
      `control_socket = "${this.in('control.sock')}"\n\n[api]\nlisten = "127.0.0.1:${this.api}"\n${this.tls ? 'tls = "self-signed"\n' : ''}\n[listener]\nlisten = "127.0.0.1:${this.listener}"\n` +
      Object.entries(devices).filter(([id]) => !this.unknown.includes(id)).map(device).join('') +
      lanes.filter((lane) => !this.unknown.some((id) => lane.includes(`"${id}`))).map((lane) => `\n${lane}`).join('') +
      (this.unknown.length ? '' : '\n[fire]\ninputs = ["lpr-in/1"]\nbarriers = ["lpr-in/1", "lpr-out/1"]\n') +
      `\n[[upstream]]\nname = "centre"\nprotocol = "mqtt"\nurl = "mqtt://127.0.0.1:${this.broker}"\n`;
  }

  async startGateway() {
    this.launch('gateway', path.join(binaries, 'gatehouse'), ['run', '--config', this.config]);
    await until(async () => {
      if (this.running.get('gateway').exitCode !== null) throw new Error(`the gateway ended; see ${this.log}`);
      return this.isReady();
    }, 'the gateway is ready');
  }

  // Asked over the control socket: that needs no certificate.
  isReady() {
    return new Promise((done) => {
      const request = http.get({ socketPath: this.in('control.sock'), path: '/readyz', agent: false }, (answer) => (answer.resume(), done(answer.statusCode === 200)));
      request.once('error', () => done(false));
    });
  }

  setupCode() {
    return /set-up code: (\S+)/.exec(fs.readFileSync(this.log, 'utf8'))?.[1];
  }

  // A word to the simulated estate.
  tell(line) {
    return new Promise((done, failed) => {
      const there = net.connect(this.control, '127.0.0.1', () => there.write(`${line}\n`));
      there.setEncoding('utf8').once('error', failed).once('data', (answer) => {
        there.destroy();
        answer.startsWith('error') ? failed(new Error(`${line}: ${answer}`)) : done(answer.trim());
      });
    });
  }

  // What truly became of the metal.
  movements(device) {
    return fs.readFileSync(this.in('oracle.jsonl'), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line))
      .filter((line) => line.e === 'command' && line.device === device && line.moved);
  }

  launch(name, command, given) {
    const out = fs.openSync(this.in(`${name}.log`), 'w');
    const child = spawn(command, given, {
      stdio: ['ignore', out, out], detached: true, env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    });
    fs.closeSync(out);
    child.on('error', (error) => fs.appendFileSync(this.in(`${name}.log`), `${error}\n`));
    this.running.set(name, child);
    return child;
  }

  // Asks a process to end, and later than that makes it.
  async end(name) {
    const child = this.running.get(name);
    if (!child) return;
    this.running.delete(name);
    if (child.exitCode !== null || child.pid === undefined) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    const harder = setTimeout(() => child.kill('SIGKILL'), patience);
    await gone;
    clearTimeout(harder);
  }

  // Where a test run breaks off, nothing is left either.
  abandon() {
    for (const child of this.running.values()) child.kill('SIGKILL');
    fs.rmSync(this.work, { recursive: true, force: true });
  }

  async stop() {
    for (const name of [...this.running.keys()].reverse()) await this.end(name); // the gateway first: it says good-bye to the broker
    fs.rmSync(this.work, { recursive: true });
  }
}
