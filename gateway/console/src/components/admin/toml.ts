// Just enough TOML to change one table of the configuration and leave every other line, comment and blank as
// the installer wrote it. The gateway checks the result before it is written, so this need not understand
// all of the language.

export interface Block {
  table: string; // "device"
  id: string; // its id or name; empty when it has none
  text: string; // from its header to its last line that says something, with the tables within
  first: number; // 0-based lines, `end` is the line after its last
  end: number;
}

// Basic strings of TOML and of JSON are written alike, but for one character.
export function quote(text: string): string {
  return JSON.stringify(text).replace(/\u007f/g, '\\u007f');
}

export function list(texts: string[]): string {
  return '[' + texts.map(quote).join(', ') + ']';
}

const header = /^\s*\[{1,2}\s*([A-Za-z0-9_.-]+)\s*\]{1,2}\s*(#.*)?$/;

function isKeyLine(line: string, key: string): boolean {
  return new RegExp(`^\\s*${key}\\s*=`).test(line);
}

// What a key of the block says, as it stands there; nothing when the block leaves it out.
export function rawValue(block: string, key: string): string | undefined {
  const line = block.split('\n').find((each) => isKeyLine(each, key));
  return line?.slice(line.indexOf('=') + 1).trim();
}

function textValue(block: string, key: string): string {
  const match = /^"((?:[^"\\]|\\.)*)"/.exec(rawValue(block, key) ?? '');
  if (!match) return '';
  try {
    return JSON.parse(match[0]) as string;
  } catch {
    return match[1] ?? '';
  }
}

// All tables of arrays such as [[device]], in the order of the file.
export function blocks(text: string): Block[] {
  const lines = text.split('\n');
  const found: Block[] = [];
  let open: { table: string; first: number } | undefined;
  const close = (before: number) => {
    if (!open) return;
    let end = before;
    while (end > open.first + 1 && /^\s*(#.*)?$/.test(lines[end - 1] ?? '')) --end;
    const own = lines.slice(open.first, end).join('\n');
    found.push({
      table: open.table,
      id: textValue(own, 'id') || textValue(own, 'name'),
      text: own,
      first: open.first,
      end,
    });
    open = undefined;
  };
  lines.forEach((line, at) => {
    const name = header.exec(line)?.[1];
    if (name === undefined) return;
    if (open && name.startsWith(open.table + '.')) return;
    close(at);
    if (/^\s*\[\[/.test(line)) open = { table: name, first: at };
  });
  close(lines.length);
  return found;
}

// The block with one of its own keys set; `value` is TOML. A remark behind a replaced value goes with it.
export function withKey(block: string, key: string, value: string): string {
  const lines = block.split('\n');
  const within = lines.findIndex((line, at) => at > 0 && header.test(line));
  const end = within < 0 ? lines.length : within;
  const at = lines.findIndex((line, index) => index < end && isKeyLine(line, key));
  const line = `${key} = ${value}`;
  if (at >= 0) lines[at] = line;
  else {
    let after = end;
    while (after > 1 && /^\s*(#.*)?$/.test(lines[after - 1] ?? '')) --after;
    lines.splice(after, 0, line);
  }
  return lines.join('\n');
}

export function withoutKey(block: string, key: string): string {
  const lines = block.split('\n');
  return lines.filter((line, at) => at === 0 || !isKeyLine(line, key)).join('\n');
}

// Behind the last table of its kind, so that devices stay with devices and lanes with lanes.
export function withBlock(text: string, block: string): string {
  const table = header.exec(block.split('\n')[0] ?? '')?.[1];
  const last = blocks(text)
    .filter((each) => each.table === table)
    .pop();
  const lines = text.replace(/\n*$/, '').split('\n');
  const at = last ? last.end : lines.length;
  lines.splice(at, 0, '', ...block.replace(/\n*$/, '').split('\n'));
  return lines.join('\n') + '\n';
}

export function withBlockReplaced(text: string, old: Block, block: string): string {
  const lines = text.split('\n');
  lines.splice(old.first, old.end - old.first, ...block.split('\n'));
  return lines.join('\n');
}

// The texts of a list that stands on one line; nothing when it does not.
export function textsOf(raw: string | undefined): string[] | undefined {
  const match = /^\[(.*?)\]\s*(#.*)?$/.exec(raw ?? '[]');
  if (!match) return undefined;
  return [...(match[1] ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((each) => JSON.parse(each[0]) as string);
}

// A name for a new device or lane that nobody has yet: [a-z0-9-]{1,32}.
export function freeId(wanted: string, taken: string[]): string {
  const base =
    wanted
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 28) || 'device';
  if (!taken.includes(base)) return base;
  for (let number = 2; ; ++number) if (!taken.includes(`${base}-${number}`)) return `${base}-${number}`;
}
