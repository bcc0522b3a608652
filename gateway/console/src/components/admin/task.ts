import { onUnmounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue';

export interface Task<A extends unknown[], T> {
  busy: Ref<boolean>;
  problem: ShallowRef<unknown>;
  result: ShallowRef<T | null>;
  run: (...args: A) => Promise<boolean>; // whether it went well; false, too, while it runs already
}

// Something the person at the screen has asked for: never twice at a time, and what came of it is kept to be shown.
export function useTask<A extends unknown[], T>(work: (...args: A) => Promise<T>): Task<A, T> {
  const busy = ref(false);
  const problem = shallowRef<unknown>(null);
  const result = shallowRef<T | null>(null);
  async function run(...args: A): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    problem.value = null;
    try {
      result.value = await work(...args);
      return true;
    } catch (error) {
      problem.value = error;
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, problem, result, run };
}

// Calls `look` now and then while the view is open; one call ends before the next begins.
export function usePoll(look: () => Promise<void>, ms: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let open = true;
  async function again(): Promise<void> {
    if (!document.hidden) await look();
    if (open) timer = setTimeout(() => void again(), ms);
  }
  void again();
  onUnmounted(() => {
    open = false;
    clearTimeout(timer);
  });
}
