import { reactive, watch } from 'vue';
import type { Finding, Probe, Protocol } from '@/api/admin_types';
import { blocks, freeId, quote, rawValue, withKey, withoutKey } from './toml';

// Where the installer is in the five steps, and with which device. It outlives a reload of the page, for a phone that
// falls asleep in the rain; the password stays in the memory of the step that asks for it.
export interface Draft {
  step: number; // 0 to 4
  protocol: string;
  kind: string;
  address: string;
  label: string; // make and model as the search tells them
  block: string; // the [[device]] table to begin with
  id: string;
  name: string;
  username: string;
  probe: Probe | null;
  added: boolean; // it stands in the configuration
  proven: boolean; // a passage has come
  backfilled: boolean; // and one that the link missed
  lane: string;
}

const place = 'gatehouse.install';

const empty: Draft = {
  step: 0,
  protocol: '',
  kind: '',
  address: '',
  label: '',
  block: '',
  id: '',
  name: '',
  username: '',
  probe: null,
  added: false,
  proven: false,
  backfilled: false,
  lane: '',
};

function remembered(): Draft {
  try {
    return { ...empty, ...(JSON.parse(sessionStorage.getItem(place) ?? '{}') as Partial<Draft>) };
  } catch {
    return { ...empty };
  }
}

export const draft = reactive<Draft>(remembered());

watch(draft, (now) => {
  try {
    sessionStorage.setItem(place, JSON.stringify(now));
  } catch {
    // Then a reload begins anew.
  }
});

export function begin(fields: Partial<Draft> = {}): void {
  Object.assign(draft, empty, fields);
}

export function beginWith(found: Finding): void {
  begin({
    step: 1,
    protocol: found.protocol,
    kind: kindOf(found.block),
    address: addressOf(found),
    label: [found.make, found.model].filter(Boolean).join(' '),
    block: found.block,
    name: found.name || [found.make, found.model].filter(Boolean).join(' '),
    username: 'admin',
    added: found.configured !== '',
    id: found.configured,
  });
}

export const kindOf = (block: string): string => /^"(\w+)"/.exec(rawValue(block, 'kind') ?? '')?.[1] ?? '';

function addressOf(found: Finding): string {
  return /^"([^"]*)"/.exec(rawValue(found.block, 'address') ?? '')?.[1] ?? `http://${found.host}`;
}

// The table of a device of this language as its maker's sample has it, without remarks and without a password.
export function sampleBlock(protocol: Protocol): string {
  const text = blocks(protocol.sample)[0]?.text ?? `[[device]]\nprotocol = ${quote(protocol.name)}`;
  const lines = text.split('\n').filter((line) => line.trim() && !/^\s*#/.test(line));
  return withoutKey(withoutKey(lines.join('\n'), 'password'), 'username');
}

const common = ['id', 'name', 'protocol', 'kind', 'address', 'username', 'password'];

// What the table holds beyond that, as it stands there: the driver needs it already to log in.
export const moreKeys = (block: string): string =>
  block
    .split('\n')
    .filter((line, at) => at > 0 && !common.includes(line.split('=')[0]?.trim() ?? ''))
    .join('\n');

// Whether the table holds more than every device has: a serial number, gates of a relay board, readers of a line.
export const hasMore = (block: string): boolean => moreKeys(block).trim() !== '';

// The table as it goes into the configuration.
export function deviceBlock(device: Draft, password: string): string {
  let text = device.block.replace(/\n+$/, '') || '[[device]]';
  text = withKey(text, 'id', quote(device.id));
  text = withKey(text, 'name', quote(device.name));
  text = withKey(text, 'protocol', quote(device.protocol));
  text = withKey(text, 'kind', quote(device.kind));
  text = withKey(text, 'address', quote(device.address));
  text = device.username ? withKey(text, 'username', quote(device.username)) : withoutKey(text, 'username');
  return password ? withKey(text, 'password', quote(password)) : withoutKey(text, 'password');
}

const short: Record<string, string> = {
  plate: 'lpr',
  face: 'face',
  barrier: 'gate',
  camera: 'cam',
  controller: 'door',
};

export function proposedId(kind: string, address: string, taken: string[]): string {
  const tail = /(\d+)\D*(?::\d+)?\/?$/.exec(address.replace(/:\d+\/?$/, ''))?.[1] ?? '';
  return freeId([short[kind] ?? 'device', tail].filter(Boolean).join('-'), taken);
}
