import { describe, expect, it } from 'vitest';
import { inChinese } from '@/components/admin/words';

describe('a sentence of the gateway', () => {
  it('is said in Chinese where all of it is known', () => {
    expect(inChinese('reachable, clock 120 ms away, DS-TCG405, firmware V5.2.1')).toBe('能连通，时钟相差 120 毫秒，DS-TCG405，固件 V5.2.1');
    expect(inChinese('3 devices, 2 lanes; not reachable: lpr-1')).toBe('设备 3 台，车道 2 条；连不上：lpr-1');
    expect(inChinese('the device cannot be reached: Connection refused')).toBe('连不上设备：设备拒绝连接');
    expect(inChinese('valid_to is not a date; right would be such as 2026-01-31')).toBe('失效日期不是日期；应写成 2026-01-31 这样');
    expect(inChinese('unknown key; did you mean "name"?')).toBe('没有这个配置项；是不是“name”？');
    expect(inChinese('posting to us: yes; remote door control: no')).toBe('推送到本机：是；远程开门：否');
    expect(inChinese('1 to 2: open, close, alwaysOpen')).toBe('1 到 2');
    expect(inChinese('role guard, lane east-in')).toBe('角色：门岗，车道 east-in');
    expect(inChinese('device[2].password is readable by everybody who can read this file; better { credential = "NAME" } or { file = "PATH" }')).toBe(
      'device[2].password 谁能读这个文件谁就看得到；最好写成 { credential = "NAME" } 或 { file = "PATH" }',
    );
    expect(inChinese('pull the uplink for ten minutes, then run the checks again')).toContain('断开上级网络');
  });

  it('that comes in both languages is said in the reader’s', () => {
    expect(inChinese('the reader says that it is busy; try again in a moment / 读卡器忙；请稍后重试')).toBe('读卡器忙；请稍后重试');
    expect(inChinese('and / or')).toBe('and / or');
  });

  it('is left as it came where half of it would be translated', () => {
    expect(inChinese('reachable, but something new is wrong')).toBe('reachable, but something new is wrong');
    expect(inChinese('DS-K1T671')).toBe('DS-K1T671');
  });
});
