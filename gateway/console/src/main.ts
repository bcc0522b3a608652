import { createApp } from 'vue';
import App from './App.vue';
import { startTheme } from './composables/theme';
import { i18n, loadAreas } from './i18n';
import { router } from './router';
import './theme/tokens.css';
import './theme/base.css';
import './theme/element.css';

async function start(): Promise<void> {
  startTheme();
  document.documentElement.lang = i18n.global.locale.value;
  await loadAreas(['shell']);
  createApp(App).use(i18n).use(router).mount('#app');
  if (import.meta.env.PROD && 'serviceWorker' in navigator) navigator.serviceWorker.register('/sw.js').catch(() => undefined);
}

void start();
