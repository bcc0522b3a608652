// Somebody who speaks to the API without a browser, from an address of his choice.
import http from 'node:http';

export class Caller {
  constructor(port, from = '127.0.0.1') {
    this.port = port;
    this.from = from;
    this.cookie = '';
    this.csrf = '';
  }

  // Status, headers and body of one answer. An object is sent as JSON; `headers` stand in place of what a browser would send.
  send(method, path, body, headers = {}) {
    const raw = typeof body === 'string' || Buffer.isBuffer(body);
    const sent = body === undefined ? undefined : raw ? body : JSON.stringify(body);
    const own = {
      ...(this.cookie && { cookie: this.cookie }), ...(this.csrf && method !== 'GET' && { 'x-csrf-token': this.csrf }),
      ...(sent !== undefined && { 'content-type': raw ? 'text/csv' : 'application/json', 'content-length': Buffer.byteLength(sent) }),
    };
    const given = Object.fromEntries(Object.entries({ ...own, ...headers }).filter(([, value]) => value !== undefined));
    return new Promise((done, failed) => {
      const request = http.request({ host: '127.0.0.1', port: this.port, localAddress: this.from, method, path, headers: given, agent: false }, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part)).once('error', failed).once('end', () => {
          const text = Buffer.concat(parts).toString();
          const json = /json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(text) : undefined;
          done({ status: answer.statusCode, headers: answer.headers, text, json });
        });
      });
      request.once('error', failed);
      request.end(sent);
    });
  }

  // Keeps the session that comes with an answer.
  take(answer) {
    this.cookie = (answer.headers['set-cookie'] ?? [])[0]?.split(';')[0] ?? this.cookie;
    this.csrf = answer.json?.csrf ?? this.csrf;
    return answer;
  }

  async logIn(name, password) {
    return this.take(await this.send('POST', '/api/v1/session', { name, password }));
  }

  // The same session for a browser that comes through this origin.
  state(origin) {
    const [name, ...value] = this.cookie.split('=');
    const domain = new URL(origin).hostname;
    return { cookies: [{ name, value: value.join('='), domain, path: '/', httpOnly: true, secure: false, sameSite: 'Strict', expires: -1 }], origins: [] };
  }
}
