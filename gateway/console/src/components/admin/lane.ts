import type { LaneConfig } from '@/api/admin_types';
import { blocks, list, quote, withBlock, withBlockReplaced, withKey, withoutKey } from './toml';

export const emptyLane = (kind: LaneConfig['kind']): LaneConfig => ({
  id: '',
  name: '',
  kind,
  direction: 'in',
  readers: [],
  decide: 'device',
});

// The configuration with this lane in it: its own table changed where there is one, else a new one.
export function withLane(text: string, lane: LaneConfig): string {
  const old = blocks(text).find((each) => each.table === 'lane' && each.id === lane.id);
  let block = old?.text ?? '[[lane]]';
  block = withKey(block, 'id', quote(lane.id));
  block = withKey(block, 'name', quote(lane.name));
  block = withKey(block, 'kind', quote(lane.kind));
  block = withKey(block, 'direction', quote(lane.direction));
  block = withKey(block, 'readers', list(lane.readers));
  block = lane.barrier ? withKey(block, 'barrier', quote(lane.barrier)) : withoutKey(block, 'barrier');
  block = withKey(block, 'decide', quote(lane.decide));
  return old ? withBlockReplaced(text, old, block) : withBlock(text, block);
}
