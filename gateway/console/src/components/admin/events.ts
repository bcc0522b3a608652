// "cn.gatehouse.vehicle.passed.v1" in plain words; a type that is new is shown as it is.
export function eventText(t: (key: string) => string, te: (key: string) => boolean, type: string): string {
  const key = `admin.event.${/^cn\.gatehouse\.(.+)\.v\d+$/.exec(type)?.[1]?.replace('.', '_') ?? ''}`;
  return te(key) ? t(key) : type;
}
