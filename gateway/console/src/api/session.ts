import { call, get, post } from './client';
import type { Session } from './types';

export const readSession = (): Promise<Session> => get<Session>('/session');
export const logIn = (name: string, password: string): Promise<Session> => post<Session>('/session', { name, password });
export const logOut = (): Promise<void> => call<void>('DELETE', '/session');
export const setUp = (body: { code: string; name: string; display_name: string; password: string }): Promise<Session> =>
  post<Session>('/setup', body);
export const changePassword = (old: string, fresh: string): Promise<void> =>
  post<void>('/session/password', { old, new: fresh });
