import { reactive, readonly } from 'vue';
import { keep, kept } from '@/composables/keep';

// Sound by severity, made here: no file has to be fetched when it matters. A browser lets nothing sound before the
// first touch or key; until then the switch says so.
export type SoundState = 'off' | 'blocked' | 'on';

interface Tone {
  at: number; // seconds from the start
  hertz: number;
  seconds: number;
}

const tones: Record<number, Tone[]> = {
  1: [0, 0.22, 0.44, 0.66, 0.88, 1.1].map((at, i) => ({ at, hertz: i % 2 ? 660 : 990, seconds: 0.2 })),
  2: [0, 0.3, 0.6].map((at) => ({ at, hertz: 780, seconds: 0.22 })),
  3: [{ at: 0, hertz: 620, seconds: 0.2 }, { at: 0.28, hertz: 520, seconds: 0.3 }],
  4: [{ at: 0, hertz: 440, seconds: 0.25 }],
};

// How soon what nobody has answered sounds again; 3 and 4 sound once.
export const repeat_ms: Record<number, number> = { 1: 6000, 2: 20_000 };

const state = reactive({ wanted: kept('sound') !== 'off', running: false, played: 0 });
export const sound = readonly(state);

let context: AudioContext | null = null;

export function soundState(): SoundState {
  if (!state.wanted) return 'off';
  return state.running ? 'on' : 'blocked';
}

// To be called from a touch or a key.
export async function wakeSound(): Promise<void> {
  if (!state.wanted) return;
  context ??= new AudioContext();
  context.onstatechange = () => {
    state.running = context?.state === 'running';
  };
  if (context.state !== 'running') await context.resume().catch(() => undefined);
  state.running = context.state === 'running';
}

export function switchSound(on: boolean): void {
  state.wanted = on;
  keep('sound', on ? 'on' : 'off');
  if (on) void wakeSound().then(() => play(4));
}

export function play(severity: number): void {
  if (!state.wanted || !context || context.state !== 'running') return;
  state.played += 1;
  for (const tone of tones[severity] ?? []) {
    const start = context.currentTime + tone.at;
    const volume = context.createGain();
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(severity <= 2 ? 0.6 : 0.3, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + tone.seconds);
    const voice = context.createOscillator();
    voice.type = severity === 1 ? 'square' : 'sine';
    voice.frequency.value = tone.hertz;
    voice.connect(volume).connect(context.destination);
    voice.start(start);
    voice.stop(start + tone.seconds + 0.02);
  }
}
