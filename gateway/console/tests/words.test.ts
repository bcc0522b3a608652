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

  it('of a camera that the vision worker looks at is said in Chinese', () => {
    expect(inChinese('2 can be read, the largest is 84 px wide')).toBe('能读 2 个，最大的 84 像素宽');
    expect(inChinese('120 looked at, 0 given up, 3 damaged')).toBe('看了 120 幅，放弃 0 幅，损坏 3 幅');
    expect(inChinese('blurred, occupied 2')).toBe('模糊，禁停区 2 被占');
    expect(inChinese('nobody looks at its pictures: there is no vision worker here')).toBe('没有程序看它的画面：本机没有看图程序');
    expect(inChinese('the camera sends hevc2; H.264, H.265 and MJPEG are read')).toContain('hevc2');
    expect(inChinese('h264 1920x1080 25/s (main)')).toBe('h264 1920x1080 25/s (main)');
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
