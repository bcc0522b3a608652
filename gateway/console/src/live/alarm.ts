import { onMounted, onUnmounted } from 'vue';
import { useI18n } from 'vue-i18n';
import { useNames } from '@/components/names';
import { onAlert, openAlerts } from './board';
import { byUrgency, calls, isWaiting } from './call';
import { play, repeat_ms } from './sound';

// Calls whoever sits here: a sound when an alert comes or goes up a step, again and again while an urgent one has no
// answer, and a notice of the system when the console is not in front.
export function useAlarm(): void {
  const { t } = useI18n();
  const names = useNames();
  let soundedAt = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  function sounds(severity: number): void {
    soundedAt = Date.now();
    play(severity);
  }

  function again(): void {
    const urgent = openAlerts.value.filter(isWaiting).sort(byUrgency)[0];
    const pause = urgent && repeat_ms[urgent.severity];
    if (urgent && pause && Date.now() - soundedAt >= pause) sounds(urgent.severity);
  }

  const stop = onAlert((alert, before) => {
    if (!calls(alert, before)) return;
    // Several at once sound as the worst of them: the first pattern must be heard to its end.
    const worst = openAlerts.value.filter(isWaiting).sort(byUrgency)[0] ?? alert;
    if (Date.now() - soundedAt > 1200) sounds(Math.min(alert.severity, before ? alert.severity : worst.severity));
    if (document.hidden && 'Notification' in window && Notification.permission === 'granted')
      notify(t(`shell.severity.${alert.severity}`) + ' · ' + names.kindName(alert.kind), names.placeName(alert), alert.alert_id);
  });

  onMounted(() => {
    timer = setInterval(again, 1000);
  });
  onUnmounted(() => {
    stop();
    clearInterval(timer);
  });
}

// A phone shows notices only through the service worker, a desktop browser also without. No plate, no name: a notice
// stays on a locked screen.
function notify(title: string, body: string, tag: string): void {
  const options: NotificationOptions = { body, tag, icon: '/icon-192.png', requireInteraction: true };
  navigator.serviceWorker?.getRegistration().then(
    (registration) => (registration ? registration.showNotification(title, options) : void new Notification(title, options)),
    () => undefined,
  );
}
