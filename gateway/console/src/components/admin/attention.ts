import type { Device } from '@/api/types';
import type { Lamp } from '@/components/StateLamp.vue';

// What of a device is not as it should be: the most urgent thing alone, because one is mended after the other.
export interface Attention {
  lamp: Lamp;
  what: 'off' | 'down' | 'silent' | 'unknown' | 'clock' | 'unproven'; // admin.attention.<what>
}

const day = 86_400_000;

export function attentionOf(device: Device, now: number): Attention | null {
  if (!device.enabled) return { lamp: 'calm', what: 'off' };
  if (device.link === 'down') return { lamp: 'bad', what: 'down' };
  if (device.link === 'silent') return { lamp: 'warn', what: 'silent' };
  if (device.link !== 'up') return { lamp: 'unknown', what: 'unknown' };
  if (!device.clock_trusted) return { lamp: 'warn', what: 'clock' };
  if (!device.last_event || now - Date.parse(device.last_event) > day) return { lamp: 'unknown', what: 'unproven' };
  return null;
}

const order: Lamp[] = ['bad', 'warn', 'unknown', 'calm'];

export function byUrgency(devices: Device[], now: number): { device: Device; attention: Attention }[] {
  return devices
    .flatMap((device) => {
      const attention = attentionOf(device, now);
      return attention ? [{ device, attention }] : [];
    })
    .sort((one, other) => order.indexOf(one.attention.lamp) - order.indexOf(other.attention.lamp));
}
