import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteLocationRaw, type RouteRecordRaw } from 'vue-router';
import type { Permission } from './api/types';
import { loadSession, session, sessionReached, setupRequired } from './composables/session';
import { loadAreas } from './i18n';
import { allowedGroups, groups, type Place } from './navigation';
import LoginView from './views/LoginView.vue'; // at hand also when the gateway does not answer

declare module 'vue-router' {
  interface RouteMeta {
    open?: boolean; // needs no session
    any?: Permission[];
    areas?: string[];
    title?: string; // message key
  }
}

// Views that belong to a place but have an address of their own (a device, a run of the acceptance) are their
// children: /devices/:rest(.*)* comes to the same view, which reads the rest.
function routeOf(place: Place): RouteRecordRaw {
  return {
    path: `${place.path}/:rest(.*)*`,
    name: place.name,
    component: place.view as RouteRecordRaw['component'] & object,
    meta: { any: place.any, areas: place.areas, title: `shell.nav.${place.name}` },
  } as RouteRecordRaw;
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', name: 'home', component: () => import('./views/NothingView.vue'), meta: { title: 'shell.nav.nothing' } },
    { path: '/login', name: 'login', component: LoginView, meta: { open: true, title: 'shell.login.title' } },
    { path: '/setup', name: 'setup', component: () => import('./views/SetupView.vue'), meta: { open: true, title: 'shell.setup.title' } },
    { path: '/password', name: 'password', component: () => import('./views/PasswordView.vue'), meta: { title: 'shell.password.title' } },
    ...groups.flatMap((group) => group.places.map(routeOf)),
    { path: '/:rest(.*)*', name: 'missing', component: () => import('./views/NothingView.vue'), meta: { title: 'shell.nav.missing' } },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

// Where somebody with these permissions begins.
function homeOf(permissions: readonly Permission[]): string {
  return allowedGroups(permissions)[0]?.places[0]?.path ?? '/password';
}

// The address stays as it was typed: whoever may see the place can be asked by it.
function missing(to: RouteLocationNormalized): RouteLocationRaw {
  return { name: 'missing', params: { rest: to.path.slice(1).split('/') }, query: to.query, hash: to.hash };
}

function gate(to: RouteLocationNormalized): boolean | RouteLocationRaw {
  if (!session.value) {
    if (setupRequired.value) return to.name === 'setup' ? true : { name: 'setup' };
    if (to.meta.open) return to.name === 'setup' ? { name: 'login' } : true;
    return { name: 'login', query: to.path === '/' ? {} : { next: to.fullPath } };
  }
  const user = session.value.user;
  if (user.must_change_password) return to.name === 'password' ? true : { name: 'password' };
  const barred = to.meta.any && !to.meta.any.some((permission) => user.permissions.includes(permission));
  if (barred) return missing(to);
  if (to.meta.open || to.name === 'home') return homeOf(user.permissions);
  return true;
}

router.beforeEach(async (to) => {
  if (!session.value) await loadSession();
  if (!session.value && !sessionReached.value && !to.meta.open) return { name: 'login', query: { next: to.fullPath } };
  const verdict = gate(to);
  if (verdict === true) await loadAreas(['shell', ...(to.meta.areas ?? [])]);
  return verdict;
});
