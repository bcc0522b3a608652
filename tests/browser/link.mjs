import net from 'node:net';

// The wire between a browser and the gateway: it can be cut, and lets the browser come from another address.
export class Link {
  constructor(port, from = '127.0.0.1') {
    this.port = port;
    this.from = from;
    this.open = new Set();
    this.whole = true;
    this.server = net.createServer((near) => this.join(near));
  }

  async start() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.origin = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  join(near) {
    if (!this.whole) return near.destroy();
    const far = net.connect({ port: this.port, host: '127.0.0.1', localAddress: this.from });
    for (const [one, other] of [[near, far], [far, near]]) {
      this.open.add(one);
      one.pipe(other);
      one.once('error', () => other.destroy()).once('close', () => (this.open.delete(one), other.destroy()));
    }
  }

  cut() {
    this.whole = false;
    for (const one of this.open) one.destroy();
  }

  mend() {
    this.whole = true;
  }

  async stop() {
    this.cut();
    await new Promise((done) => this.server.close(done));
  }
}
