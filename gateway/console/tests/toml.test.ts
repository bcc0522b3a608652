import { describe, expect, it } from 'vitest';
import {
  blocks,
  freeId,
  list,
  quote,
  rawValue,
  textsOf,
  withBlock,
  withBlockReplaced,
  withKey,
} from '@/components/admin/toml';

const text = `[site]
id = "estate" # never changes

[[device]]
id = "lpr-1"
password = "***"

# the old barrier
[[device]]
id = "gate-1"
protocol = "modbus"
[[device.gate]]
open = 0

[[lane]]
id = "east-in"
readers = ["lpr-1"] # one camera
`;

describe('the configuration text', () => {
  it('is read into its tables, with the tables within them', () => {
    expect(blocks(text).map((each) => [each.table, each.id])).toEqual([
      ['device', 'lpr-1'],
      ['device', 'gate-1'],
      ['lane', 'east-in'],
    ]);
    expect(blocks(text)[1]?.text).toContain('[[device.gate]]\nopen = 0');
  });

  it('takes a new device behind the last one and keeps every other line', () => {
    const changed = withBlock(text, '[[device]]\nid = "face-1"\n');
    expect(blocks(changed).map((each) => each.id)).toEqual(['lpr-1', 'gate-1', 'face-1', 'east-in']);
    for (const line of text.split('\n')) expect(changed).toContain(line);
    expect(changed).toContain('open = 0\n\n[[device]]\nid = "face-1"\n\n[[lane]]');
  });

  it('takes the first table of a kind at its end', () => {
    expect(withBlock('[site]\nid = "a"\n\n\n', '[[rule]]\nname = "echo"')).toBe(
      '[site]\nid = "a"\n\n[[rule]]\nname = "echo"\n',
    );
  });

  it('changes a key of one table only', () => {
    const lane = blocks(text)[2]!;
    const changed = withBlockReplaced(text, lane, withKey(lane.text, 'readers', list(['lpr-1', 'face-1'])));
    expect(changed).toContain('readers = ["lpr-1", "face-1"]\n');
    expect(changed.replace('readers = ["lpr-1", "face-1"]', 'readers = ["lpr-1"] # one camera')).toBe(text);
  });

  it('adds a key before the tables within', () => {
    const gate = blocks(text)[1]!;
    expect(withKey(gate.text, 'name', quote('东门'))).toBe(
      '[[device]]\nid = "gate-1"\nprotocol = "modbus"\nname = "东门"\n[[device.gate]]\nopen = 0',
    );
  });

  it('reads a list of one line and says when it cannot', () => {
    expect(textsOf(rawValue(blocks(text)[2]!.text, 'readers'))).toEqual(['lpr-1']);
    expect(textsOf(undefined)).toEqual([]);
    expect(textsOf('[')).toBeUndefined();
  });

  it('takes what a device says of itself as text, whatever it holds', () => {
    expect(quote('a"b\\c\n')).toBe('"a\\"b\\\\c\\n"');
  });
});

describe('a new name', () => {
  it('has only letters, digits and hyphens, and is nobody else’s', () => {
    expect(freeId('ISAPI DS-2CD_7', [])).toBe('isapi-ds-2cd-7');
    expect(freeId('东门', ['device'])).toBe('device-2');
    expect(freeId('x'.repeat(60), []).length).toBeLessThanOrEqual(32);
  });
});
