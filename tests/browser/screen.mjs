// One window of a browser, and everything about it that is never right: an error in its console, something that the
// content policy forbids, an answer that nobody expected, a violation that axe finds, a page wider than its window.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './world.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const pictures = path.resolve(root, process.env.GATEHOUSE_SCREENSHOTS ?? 'build/screenshots');
export const sizes = { desk: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } };
const patience = 30_000; // ms

export async function startBrowser() {
  fs.rmSync(pictures, { recursive: true, force: true });
  fs.mkdirSync(pictures, { recursive: true });
  const args = ['--autoplay-policy=user-gesture-required', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])];
  return chromium.launch({ executablePath: '/usr/bin/chromium', args });
}

export class Screen {
  static async open(browser, origin, { size = 'desk', locale = 'zh-CN', theme = 'light', state } = {}) {
    const context = await browser.newContext({
      baseURL: origin, viewport: sizes[size], hasTouch: size === 'phone', isMobile: size === 'phone', locale,
      timezoneId: 'Asia/Shanghai', storageState: state, serviceWorkers: 'block', reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(patience);
    await context.addInitScript(([words, look]) => {
      localStorage.setItem('gatehouse.locale', words);
      localStorage.setItem('gatehouse.theme', look);
    }, [locale, theme]);
    return new Screen(context, await context.newPage(), size, locale);
  }

  constructor(context, page, size, locale) {
    Object.assign(this, { context, page, size, locale, flaws: [], expected: [['GET', '/api/v1/session', 401]] });
    page.on('console', (message) => this.heard(message));
    page.on('pageerror', (error) => this.flaws.push(`error: ${error.stack ?? error}`));
    page.on('response', (response) => this.answered(response));
  }

  // From here on such an answer is right.
  expect(method, start, status) {
    this.expected.push([method, start, status]);
  }

  heard(message) {
    const text = message.text();
    // Answers are looked at where they come.
    if (!['error', 'warning'].includes(message.type()) || text.startsWith('Failed to load resource')) return;
    if (/service ?worker/i.test(text)) return; // blocked here: a window must not show what another one has kept
    this.flaws.push(`console: ${text}`);
  }

  answered(response) {
    if (response.status() < 400) return;
    const [method, where] = [response.request().method(), new URL(response.url()).pathname];
    if (this.expected.some(([verb, start, status]) => verb === method && where.startsWith(start) && status === response.status())) return;
    this.flaws.push(`${method} ${where} answered ${response.status()}`);
  }

  async go(where) {
    await this.page.goto(where);
    await this.settled();
  }

  // Nothing is being fetched any more, and nothing says that it is.
  async settled() {
    await this.page.waitForSelector('h1');
    await this.page.waitForFunction((words) => !words.some((word) => document.body.innerText.includes(word)), ['正在读取', 'Loading…', '请稍候']);
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
  }

  file(name, ending) {
    return path.join(pictures, `${name}.${this.size}.${this.locale}.${ending}`);
  }

  // All of the page, or of the question over it, in a window as high as that: bars that stand still are where they belong.
  async shot(name) {
    const high = await this.page.evaluate(() => {
      const question = document.querySelector('dialog[open]');
      return question ? question.scrollHeight + 64 : document.documentElement.scrollHeight;
    });
    const size = sizes[this.size];
    await this.page.setViewportSize({ ...size, height: Math.max(size.height, high) });
    await this.page.screenshot({ path: this.file(name, 'png') });
    await this.page.setViewportSize(size);
  }

  // What is wrong with the page as it stands.
  async check(where) {
    if (!(await this.page.evaluate(() => 'axe' in window))) await this.page.evaluate(axe);
    const found = await this.page.evaluate((tags) => window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }), rules);
    for (const one of found.violations)
      for (const node of one.nodes) this.flaws.push(`${where}: ${one.id}: ${node.target} ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`);
    const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) this.flaws.push(`${where}: ${wide} pixels wider than the window`);
    const keys = await this.page.evaluate(() => document.body.innerText.match(/\b(shell|guard|search|admin|config|acceptance|report)\.[a-z]\w*(\.\w+)*/gi) ?? []);
    for (const key of keys) this.flaws.push(`${where}: no words for ${key}`);
  }

  judge() {
    assert.deepEqual([...new Set(this.flaws)], []);
  }
}
