import { describe, expect, it } from 'vitest';
import { inChinese } from '@/components/admin/words';

describe('a sentence of the gateway', () => {
  it('is said in Chinese where all of it is known', () => {
    expect(inChinese('reachable, clock 120 ms away, DS-TCG405, firmware V5.2.1')).toBe('能连通，时钟相差 120 毫秒，DS-TCG405，固件 V5.2.1');
    expect(inChinese('3 devices, 2 lanes; not reachable: lpr-1')).toBe('设备 3 台，车道 2 条；连不上：lpr-1');
    expect(inChinese('pull the uplink for ten minutes, then run the checks again')).toContain('断开上级网络');
  });

  it('is left as it came where half of it would be translated', () => {
    expect(inChinese('reachable, but something new is wrong')).toBe('reachable, but something new is wrong');
    expect(inChinese('DS-K1T671')).toBe('DS-K1T671');
  });
});
