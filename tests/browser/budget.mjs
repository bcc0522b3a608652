// What the guard's first screen weighs, and how soon a slow phone can be used: one line of JSON, for the bench.
import { Screen } from './screen.mjs';
import { Stage } from './stage.mjs';
import { until } from './world.mjs';
import { wordsOf } from './words.mjs';

const t = wordsOf('zh-CN');
const looks = 5;
const quiet = 3000; // ms without a long task: from its beginning on the page can be used
const networks = {
  near: null, // the gateway stands in the same building
  mobile: { offline: false, latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 768_000 / 8 }, // "slow 4G"
};

// Runs in the page before anything else does: when the button of the alert is there, and until when the page was busy.
const watch = (word) => {
  window.shown = 0;
  window.busyUntil = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.busyUntil = task.startTime + task.duration;
  }).observe({ type: 'longtask', buffered: true });
  new MutationObserver((_, self) => {
    if (![...document.querySelectorAll('button')].some((one) => one.textContent.includes(word))) return;
    window.shown = performance.now();
    self.disconnect();
  }).observe(document, { childList: true, subtree: true, characterData: true });
};

async function look(stage, network) {
  const guard = await stage.somebody('guard');
  const screen = await Screen.open(stage.browser, stage.link.origin, { size: 'phone', state: guard.state(stage.link.origin) });
  try {
    const devtools = await screen.context.newCDPSession(screen.page);
    await devtools.send('Network.enable');
    if (network) await devtools.send('Network.emulateNetworkConditions', network);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    let bytes = 0;
    const files = new Set();
    devtools.on('Network.responseReceived', ({ requestId, response }) => new URL(response.url).pathname.startsWith('/api/') || files.add(requestId));
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { bytes += files.has(requestId) ? encodedDataLength : 0; });
    await screen.page.addInitScript(watch, t('guard.act.ack'));
    await screen.page.goto('/now');
    await screen.page.waitForFunction((rest) => window.shown && performance.now() - Math.max(window.shown, window.busyUntil) > rest, quiet);
    const { shown, busy, painted } = await screen.page.evaluate(() => ({
      shown: window.shown, busy: window.busyUntil, painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    }));
    return { interactive_ms: Math.max(shown, busy), shown_ms: shown, painted_ms: painted, bytes };
  } finally {
    await screen.context.close();
  }
}

const stage = new Stage();
await stage.start();
try {
  await stage.firstAccount();
  const guard = await stage.somebody('guard');
  await stage.world.tell('emit face-east duress');
  await until(async () => (await guard.send('GET', '/api/v1/alerts?open=1')).json.alerts.length, 'an alert is raised');
  const found = {};
  for (const [name, network] of Object.entries(networks)) {
    const all = [];
    for (let n = 0; n < looks; ++n) all.push(await look(stage, network));
    found[name] = all.sort((a, b) => a.interactive_ms - b.interactive_ms)[Math.floor(looks / 2)];
  }
  console.log(JSON.stringify(found));
} finally {
  await stage.stop();
}
