import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// Where the daemon is during development; the built console is served by the daemon itself.
const daemon = process.env.GATEHOUSE ?? 'http://127.0.0.1:8080';

// A phone far away waits for every answer before it knows what to ask next, and asks six things at a time: what the guard's
// first screen is made of comes in few files, and the page names them all.
function partOf(id: string): string | undefined {
  const language = /src\/i18n\/(.+)\/(shell|guard)\.json/.exec(id)?.[1];
  if (language) return `words.${language}`;
  return /src\/(components\/[^/]+|components\/guard\/.+|views\/guard\/NowView)\.(vue|ts)/.test(id) ? 'first' : undefined;
}

function nameWords(): Plugin {
  return {
    name: 'name-words',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle }) =>
        Object.values(bundle ?? {})
          .filter((file) => file.fileName.startsWith('assets/words.zh-CN'))
          .map((file) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file.fileName}` } })),
    },
  };
}

export default defineConfig({
  plugins: [vue(), nameWords()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: 'es2021',
    sourcemap: false,
    // Everything has a name with a hash and an address of its own: the daemon's content policy forbids data: scripts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    rollupOptions: { output: { manualChunks: partOf } },
  },
  server: { proxy: { '/api': { target: daemon, ws: true } } },
  test: { environment: 'node', include: ['tests/**/*.test.ts'] },
});
