// Small choices of the person at this screen (language, light, sound). Never anything secret. A browser that keeps
// nothing is no reason to fail.
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`gatehouse.${name}`);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`gatehouse.${name}`, value);
  } catch {
    // It is chosen for this visit only.
  }
}
