import type { Permission } from './api/types';

// What the console has, and who gets to see it: the router, the side bar and the bottom bar are made from this table.
export interface Place {
  name: string; // also its message key: shell.nav.<name>
  path: string;
  icon: string;
  any: Permission[]; // one of these is enough
  areas: string[]; // message files beside "shell"
  view: () => Promise<unknown>;
}

export interface Group {
  name: string; // shell.group.<name>
  places: Place[];
}

export const groups: Group[] = [
  {
    name: 'guard',
    places: [
      { name: 'now', path: '/now', icon: 'bell', any: ['alert.read'], areas: ['guard'], view: () => import('./views/guard/NowView.vue') },
      { name: 'queue', path: '/queue', icon: 'queue', any: ['alert.read'], areas: ['guard'], view: () => import('./views/guard/QueueView.vue') },
      { name: 'lanes', path: '/lanes', icon: 'barrier', any: ['event.read'], areas: ['guard'], view: () => import('./views/guard/LanesView.vue') },
      { name: 'health', path: '/health', icon: 'pulse', any: ['status.read'], areas: ['guard'], view: () => import('./views/guard/HealthView.vue') },
      { name: 'shift', path: '/shift', icon: 'shift', any: ['alert.read'], areas: ['guard'], view: () => import('./views/guard/ShiftView.vue') },
      { name: 'search', path: '/search', icon: 'search', any: ['history.read'], areas: ['guard', 'search'], view: () => import('./views/SearchView.vue') },
    ],
  },
  {
    name: 'install',
    places: [
      { name: 'install', path: '/install', icon: 'wrench', any: ['device.manage'], areas: ['admin', 'config'], view: () => import('./views/admin/InstallView.vue') },
      { name: 'devices', path: '/devices', icon: 'camera', any: ['device.manage'], areas: ['admin'], view: () => import('./views/admin/DevicesView.vue') },
      { name: 'config', path: '/config', icon: 'file', any: ['config.read'], areas: ['admin', 'config'], view: () => import('./views/admin/ConfigView.vue') },
      { name: 'upstreams', path: '/upstreams', icon: 'upload', any: ['notify.read'], areas: ['admin', 'config'], view: () => import('./views/admin/UpstreamsView.vue') },
      { name: 'acceptance', path: '/acceptance', icon: 'sheet', any: ['config.read'], areas: ['admin', 'acceptance'], view: () => import('./views/admin/AcceptanceView.vue') },
    ],
  },
  {
    name: 'manage',
    places: [
      { name: 'lists', path: '/lists', icon: 'card', any: ['list.read'], areas: ['admin'], view: () => import('./views/admin/ListsView.vue') },
      { name: 'users', path: '/users', icon: 'people', any: ['account.manage'], areas: ['admin'], view: () => import('./views/admin/UsersView.vue') },
      { name: 'audit', path: '/audit', icon: 'shield', any: ['audit.read'], areas: ['admin'], view: () => import('./views/admin/AuditView.vue') },
      { name: 'reports', path: '/reports', icon: 'chart', any: ['report.read'], areas: ['admin', 'report'], view: () => import('./views/admin/ReportsView.vue') },
    ],
  },
];

export function allowed(place: Place, permissions: readonly Permission[]): boolean {
  return place.any.some((permission) => permissions.includes(permission));
}

export function allowedGroups(permissions: readonly Permission[]): Group[] {
  return groups
    .map((group) => ({ ...group, places: group.places.filter((place) => allowed(place, permissions)) }))
    .filter((group) => group.places.length > 0);
}
