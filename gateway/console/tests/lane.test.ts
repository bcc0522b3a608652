import { describe, expect, it } from 'vitest';
import { emptyLane, withLane } from '@/components/admin/lane';
import { deviceBlock, draft, hasMore, proposedId, sampleBlock } from '@/components/admin/install';

describe('a lane in the configuration', () => {
  it('is a table of its own when it is new', () => {
    const lane = { ...emptyLane('vehicle'), id: 'east-in', name: '东门', readers: ['lpr-1'], barrier: 'lpr-1/1' };
    expect(withLane('[site]\nid = "a"\n', lane)).toBe(
      '[site]\nid = "a"\n\n[[lane]]\nid = "east-in"\nname = "东门"\nkind = "vehicle"\ndirection = "in"\n' +
        'readers = ["lpr-1"]\nbarrier = "lpr-1/1"\ndecide = "gateway"\n',
    );
  });

  it('keeps what the console does not know of, and loses a barrier that is gone', () => {
    const text = '[[lane]]\nid = "east-in"\nopen_within = "5s"\nbarrier = "a/1"\n';
    const changed = withLane(text, { ...emptyLane('vehicle'), id: 'east-in', name: '东门' });
    expect(changed).toContain('open_within = "5s"');
    expect(changed).not.toContain('barrier');
  });
});

describe('a device to be installed', () => {
  it('is written with its own words in the place of the sample’s', () => {
    const sample = '# a board\n[[device]]\nid = "x"\nprotocol = "uhppote"\nserial = 4711 # on the board\npassword = "p"\n';
    const block = sampleBlock({ name: 'uhppote', kinds: ['controller'], sample });
    expect(hasMore(block)).toBe(true);
    const device = { ...draft, block, id: 'doors-1', name: '1号楼', protocol: 'uhppote', kind: 'controller', address: 'udp://192.0.2.31' };
    const text = deviceBlock(device, '');
    expect(text).toContain('id = "doors-1"');
    expect(text).toContain('serial = 4711');
    expect(text).not.toContain('password');
    expect(deviceBlock(device, 'se"cret')).toContain('password = "se\\"cret"');
  });

  it('is proposed a name that says what and where it is', () => {
    expect(proposedId('plate', 'http://192.0.2.24:8080/', [])).toBe('lpr-24');
    expect(proposedId('face', 'http://192.0.2.24', ['face-24'])).toBe('face-24-2');
  });
});
