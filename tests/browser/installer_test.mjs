// What the installer and the property manager do in the browser, in this order: devices, lists, the configuration, the
// acceptance, and a look at every one of their screens.
import { after, before } from 'node:test';
import { acceptanceFlow } from './flows/acceptance.mjs';
import { configFlow } from './flows/config.mjs';
import { listFlows } from './flows/lists.mjs';
import { onboarding } from './flows/onboarding.mjs';
import { adminScreens } from './flows/screens_admin.mjs';
import { Stage } from './stage.mjs';

const stage = new Stage({ unknown: ['lpr-out', 'face-east'] }); // they are there, and nobody has told the gateway
before(async () => {
  await stage.start();
  await stage.firstAccount();
});
after(() => stage.stop());

onboarding(stage);
listFlows(stage);
configFlow(stage);
acceptanceFlow(stage);
adminScreens(stage);
