// Keeps the console's own files, so that it opens while the gateway does not answer. Files under /assets/ have a hash in
// their name and never change; the page itself is asked for first and taken from here only when nobody answers.
// Answers of the API are never kept.
const store = 'console-1';
const page = '/';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(store).then((cache) => cache.add(page)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

async function kept(request) {
  const cache = await caches.open(store);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

// What the new page no longer names is let go of.
async function tidy(cache, text) {
  if (!/assets\//.test(text)) return;
  for (const request of await cache.keys()) {
    const answer = await cache.match(request);
    const age = Date.now() - Date.parse(answer?.headers.get('date') ?? '');
    if (new URL(request.url).pathname.startsWith('/assets/') && age > 30 * 86_400_000) await cache.delete(request);
  }
}

async function fresh(request) {
  const cache = await caches.open(store);
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      const copy = answer.clone();
      await cache.put(page, answer.clone());
      await tidy(cache, await copy.text());
    }
    return answer;
  } catch {
    return (await cache.match(page)) ?? Response.error();
  }
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (event.request.mode === 'navigate' && !url.pathname.startsWith('/api/')) event.respondWith(fresh(event.request));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(kept(event.request));
});

self.addEventListener('message', (event) => {
  const files = (event.data?.keep ?? []).filter((path) => path.startsWith('/assets/'));
  event.waitUntil(Promise.allSettled(files.map((path) => kept(new Request(path)))));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then((windows) => (windows[0] ? windows[0].focus() : self.clients.openWindow('/now'))),
  );
});
