// "vehicle.passed", upstream "cn.gatehouse.vehicle.passed.v1", in plain words; a type that is new is shown as it is.
export function eventText(t: (key: string) => string, te: (key: string) => boolean, type: string): string {
  const short = type.replace(/^cn\.gatehouse\./, '').replace(/\.v\d+$/, '');
  const key = `admin.event.${short.replaceAll('.', '_')}`;
  return te(key) ? t(key) : short;
}
