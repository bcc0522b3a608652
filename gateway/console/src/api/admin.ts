import { call, del, get, post, put, request } from './client';
import type {
  AcceptanceRun,
  AcceptanceSummary,
  Account,
  AuditReport,
  AuditRow,
  CameraHealth,
  ChannelTest,
  ConfigCheck,
  ConfigVersion,
  ConfigWritten,
  Configuration,
  Credential,
  CutProof,
  Finding,
  Interface,
  ItemResult,
  KpiReport,
  LaneConfig,
  ListOutcome,
  ListState,
  ListType,
  ListVersion,
  Probe,
  Proof,
  Protocol,
  RouteTest,
  RulePreview,
  TestStep,
  Token,
  TrafficBucket,
  Uptime,
} from './admin_types';
import type { Device, Permission, Role, Upstream } from './types';

const enc = encodeURIComponent;

// Devices are asked over links of their own, and some think long before they answer.
const patient = { timeoutMs: 60_000 };

// ---- devices ----

export const readInterfaces = async (): Promise<Interface[]> =>
  (await get<{ interfaces: Interface[] }>('/interfaces')).interfaces;
export const findDevices = (interfaces: string[], seconds: number): Promise<{ devices: Finding[]; flaws: string[] }> =>
  post('/devices/find', { interfaces, seconds }, { timeoutMs: (seconds + 40) * 1000 });
export const readProtocols = async (): Promise<Protocol[]> =>
  (await get<{ protocols: Protocol[] }>('/protocols')).protocols;
export const probeDevice = (body: {
  protocol: string;
  kind: string;
  address: string;
  username: string;
  password: string;
  keys: string;
}): Promise<Probe> => post('/devices/probe', body, patient);

export const readDevices = async (): Promise<Device[]> => (await get<{ devices: Device[] }>('/devices')).devices;
export const readDevice = (id: string): Promise<Device> => get(`/devices/${enc(id)}`);
export const testDevice = async (id: string): Promise<TestStep[]> =>
  (await post<{ steps: TestStep[] }>(`/devices/${enc(id)}/test`, {}, patient)).steps;
export const captureDevice = (id: string, seconds: number): Promise<Response> =>
  request('POST', `/devices/${enc(id)}/capture`, { body: { seconds }, timeoutMs: (seconds + 40) * 1000 });
export const replaceDevice = (id: string): Promise<{ serial: string }> => post(`/devices/${enc(id)}/replace`);
export const readCameraHealth = (id: string): Promise<CameraHealth> => get(`/devices/${enc(id)}/health`);
export const relearnCamera = (id: string, reason: string): Promise<{ learning: true }> =>
  post(`/devices/${enc(id)}/health/relearn`, { reason });
export const readSnapshot = (id: string): Promise<Response> => request('GET', `/devices/${enc(id)}/snapshot`, patient);
export const proveDevice = (id: string, seconds: number, signal: AbortSignal): Promise<Proof> =>
  post(`/devices/${enc(id)}/prove`, { seconds }, { signal, timeoutMs: (seconds + 20) * 1000 });
export const cutDevice = (id: string, seconds: number): Promise<{ until: string }> =>
  post(`/devices/${enc(id)}/cut`, { seconds });
export const readCut = (id: string): Promise<CutProof> => get(`/devices/${enc(id)}/prove`);
export const readUptime = async (month: string): Promise<Uptime[]> =>
  (await get<{ devices: Uptime[] }>('/devices/uptime', { month })).devices;

export const readLaneConfigs = async (): Promise<LaneConfig[]> => (await get<{ lanes: LaneConfig[] }>('/lanes')).lanes;

// ---- configuration ----

export const readConfig = (): Promise<Configuration> => get('/config');
export const checkConfig = (text: string): Promise<ConfigCheck> => post('/config/check', { text });
export const writeConfig = (text: string, version: string, reason: string): Promise<ConfigWritten> =>
  put('/config', { text, version, reason }, patient);
export const readConfigHistory = async (): Promise<ConfigVersion[]> =>
  (await get<{ versions: ConfigVersion[] }>('/config/history')).versions;
export const readConfigVersion = (number: number): Promise<{ text: string; diff: string }> =>
  get(`/config/history/${number}`);
export const undoConfig = (to: number, reason: string): Promise<ConfigWritten> =>
  post('/config/undo', { to, reason }, patient);
export const previewRules = (text: string): Promise<RulePreview> => post('/rules/preview', { text }, patient);

// ---- upstreams and staff channels ----

export const readUpstreams = async (): Promise<Upstream[]> =>
  (await get<{ upstreams: Upstream[] }>('/queue')).upstreams;
export const testRoute = (severity: number): Promise<RouteTest> => get('/alerts/route-test', { severity });
export const testChannel = (name: string): Promise<ChannelTest> =>
  post(`/notify/${enc(name)}/test`, undefined, { timeoutMs: 70_000 });

// ---- lists ----

export interface ListFilter {
  type?: ListType | '';
  list?: string;
  q?: string;
}
export const readCredentials = (
  filter: ListFilter,
  offset: number,
  limit: number,
): Promise<{ credentials: Credential[]; total: number }> => get('/lists', { ...filter, offset, limit });
export const importList = (
  file: Blob,
  order: { type: ListType | ''; list: string; partial: boolean; dryRun: boolean },
): Promise<ListOutcome> =>
  call('POST', '/lists/import', {
    query: {
      type: order.type,
      list: order.list,
      partial: order.partial ? 1 : undefined,
      dry_run: order.dryRun ? 1 : undefined,
    },
    body: file,
    type: 'text/csv',
    ...patient,
  });
export const exportLists = (filter: ListFilter, reason: string): Promise<Response> =>
  request('GET', '/lists/export', { query: { type: filter.type, list: filter.list, reason }, ...patient });
export const readListVersions = async (filter: ListFilter): Promise<ListVersion[]> =>
  (await get<{ versions: ListVersion[] }>('/lists/versions', { type: filter.type, list: filter.list })).versions;
export const undoList = (type: ListType, list: string, to: number, dryRun: boolean): Promise<ListOutcome> =>
  call('POST', '/lists/undo', { query: { type, list, to, dry_run: dryRun ? 1 : undefined }, ...patient });
export const syncLists = async (diff: boolean): Promise<ListState[]> =>
  (
    await call<{ lists: ListState[] }>('POST', '/lists/sync', {
      query: { diff: diff ? 1 : undefined },
      timeoutMs: 180_000,
    })
  ).lists;

// ---- accounts ----

export const readAccounts = async (): Promise<Account[]> => (await get<{ users: Account[] }>('/users')).users;
export const createAccount = (body: {
  name: string;
  display_name: string;
  role: Role;
  lanes: string[];
  password: string;
}): Promise<Account> => post('/users', body);
export const changeAccount = (
  name: string,
  body: { display_name?: string; role?: Role; lanes?: string[]; disabled?: boolean },
): Promise<Account> => post(`/users/${enc(name)}`, body);
export const setAccountPassword = (name: string, password: string): Promise<void> =>
  post(`/users/${enc(name)}/password`, { password });
export const removeAccount = (name: string): Promise<void> => del(`/users/${enc(name)}`);

export const readTokens = async (): Promise<Token[]> => (await get<{ tokens: Token[] }>('/tokens')).tokens;
export const createToken = (
  name: string,
  permissions: Permission[],
  days: number,
): Promise<{ id: string; token: string }> => post('/tokens', { name, permissions, days });
export const removeToken = (id: string): Promise<void> => del(`/tokens/${enc(id)}`);

// ---- audit ----

export const readAudit = async (filter: {
  actor?: string;
  action?: string;
  before?: number;
  limit: number;
}): Promise<AuditRow[]> => (await get<{ rows: AuditRow[] }>('/audit', { ...filter, order: 'desc' })).rows;
export const verifyAudit = (): Promise<AuditReport> => get('/audit/verify', {}, patient);

// ---- acceptance ----

export const readAcceptances = async (): Promise<AcceptanceSummary[]> =>
  (await get<{ runs: AcceptanceSummary[] }>('/acceptance')).runs;
export const startAcceptance = (): Promise<AcceptanceRun> => post('/acceptance', {}, patient);
export const readAcceptance = (id: string): Promise<AcceptanceRun> => get(`/acceptance/${enc(id)}`);
export const settleItem = (
  id: string,
  item: string,
  body: { result: ItemResult; note: string; evidence: string[] },
): Promise<AcceptanceRun> => post(`/acceptance/${enc(id)}/items/${enc(item)}`, body);
export const checkAgain = (id: string): Promise<AcceptanceRun> => post(`/acceptance/${enc(id)}/run`, {}, patient);
export const signAcceptance = (id: string, signatures: { role: string; name: string }[]): Promise<AcceptanceRun> =>
  post(`/acceptance/${enc(id)}/sign`, { signatures });

// ---- reports ----

export const readReport = (month: string): Promise<KpiReport> => get('/report', { month });
export const readTraffic = async (from: string, to: string, by: 'hour' | 'day'): Promise<TrafficBucket[]> =>
  (await get<{ buckets: TrafficBucket[] }>('/traffic', { from, to, by })).buckets;
