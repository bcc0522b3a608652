import { expect, it } from 'vitest';
import { eventText } from '@/components/admin/events';

it('names an event alike, whether the API or an upstream tells its type, and leaves a new one as it is', () => {
  const words: Record<string, string> = { 'admin.event.vehicle_passed': '车辆通行' };
  const text = (type: string) => eventText((key) => words[key] ?? '', (key) => key in words, type);
  expect(text('vehicle.passed')).toBe('车辆通行');
  expect(text('cn.gatehouse.vehicle.passed.v1')).toBe('车辆通行');
  expect(text('cn.gatehouse.drone.seen.v1')).toBe('drone.seen');
});
