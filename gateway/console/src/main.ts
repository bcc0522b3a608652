import { createApp } from 'vue';
import App from './App.vue';
import { loadSession } from './composables/session';
import { startTheme } from './composables/theme';
import { i18n, loadAreas } from './i18n';
import { router } from './router';
import './theme/tokens.css';
import './theme/base.css';
import './theme/element.css';

async function start(): Promise<void> {
  startTheme();
  void loadSession(); // while the words are on their way
  document.documentElement.lang = i18n.global.locale.value;
  await loadAreas(['shell']);
  createApp(App).use(i18n).use(router).mount('#app');
  if (import.meta.env.PROD && 'serviceWorker' in navigator) void keepFiles();
}

// What was loaded before the service worker was there is told to it, so that the console opens from the first day on
// while the gateway does not answer.
async function keepFiles(): Promise<void> {
  try {
    await navigator.serviceWorker.register('/sw.js');
    const { active } = await navigator.serviceWorker.ready;
    const files = performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname);
    active?.postMessage({ keep: files.filter((path) => path.startsWith('/assets/')) });
  } catch {
    // Without it the console works as long as the gateway answers.
  }
}

// After an update of the gateway the files this page would load next are gone: it begins anew with the new ones. Once:
// when the gateway does not answer at all, beginning anew helps nobody.
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('gatehouse.reloaded') ?? 0);
  if (Date.now() - last < 60_000) return;
  sessionStorage.setItem('gatehouse.reloaded', String(Date.now()));
  event.preventDefault();
  location.reload();
});

void start();
