// Every request of the console goes through `call`: it adds what the gateway asks of a browser (the CSRF token), gives
// up in time, and turns every failure into one kind of error, whether the gateway or the network is its author.

import { isPresent } from '@/composables/presence';

export const base = '/api/v1';

export class Problem extends Error {
  constructor(
    readonly status: number, // 0: the gateway was not reached
    readonly detail: string,
    readonly members: Record<string, unknown> = {},
  ) {
    super(detail);
    this.name = 'Problem';
  }
}

export type Query = Record<string, string | number | boolean | undefined | null>;

export interface CallOptions {
  query?: Query;
  body?: unknown; // an object is sent as JSON, a string or Blob as it is
  type?: string; // content type of a string or Blob
  signal?: AbortSignal;
  timeoutMs?: number;
}

let csrf = '';
let onLoggedOut: () => void = () => undefined;

export function setCsrf(token: string): void {
  csrf = token;
}

export function whenLoggedOut(handler: () => void): void {
  onLoggedOut = handler;
}

export function address(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  const text = search.toString();
  return base + path + (text ? `?${text}` : '');
}

async function problemOf(response: Response): Promise<Problem> {
  let members: Record<string, unknown> = {};
  try {
    members = (await response.json()) as Record<string, unknown>;
  } catch {
    // No document came with it; the status says enough.
  }
  return new Problem(response.status, typeof members.detail === 'string' ? members.detail : '', members);
}

function headersOf(method: string, options: CallOptions): Headers {
  const headers = new Headers({ Accept: 'application/json' });
  if (!isPresent()) headers.set('X-Background', '1'); // asked by the page, not by a person
  if (method !== 'GET' && csrf) headers.set('X-CSRF-Token', csrf);
  if (options.body === undefined) return headers;
  const raw = typeof options.body === 'string' || options.body instanceof Blob;
  headers.set('Content-Type', raw ? (options.type ?? 'text/plain') : 'application/json');
  return headers;
}

function bodyOf(body: unknown): BodyInit | undefined {
  if (body === undefined) return undefined;
  return typeof body === 'string' || body instanceof Blob ? body : JSON.stringify(body);
}

// The answer as it came; anything but 2xx is thrown as a Problem.
export async function request(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), options.timeoutMs ?? 20_000);
  options.signal?.addEventListener('abort', () => stop.abort(), { once: true });
  let response: Response;
  try {
    response = await fetch(address(path, options.query), {
      method,
      headers: headersOf(method, options),
      body: bodyOf(options.body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: stop.signal,
    });
  } catch {
    throw new Problem(0, '');
  } finally {
    clearTimeout(timer);
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (problem.status === 401 && path !== '/session') onLoggedOut();
  throw problem;
}

export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const response = await request(method, path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export const get = <T>(path: string, query?: Query, options: CallOptions = {}): Promise<T> =>
  call<T>('GET', path, { ...options, query });
export const post = <T>(path: string, body?: unknown, options: CallOptions = {}): Promise<T> =>
  call<T>('POST', path, { ...options, body: body ?? {} });
export const put = <T>(path: string, body?: unknown, options: CallOptions = {}): Promise<T> =>
  call<T>('PUT', path, { ...options, body: body ?? {} });
export const del = <T>(path: string): Promise<T> => call<T>('DELETE', path);

export const pictureAddress = (sha256: string): string => `${base}/media/${sha256}`;

// Lets the browser save an answer as a file.
export async function download(response: Response, name: string): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
