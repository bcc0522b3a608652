// Every screen in every state that matters, checked and left as a picture.
import { after, before } from 'node:test';
import { guardScreens } from './flows/screens_guard.mjs';
import { Stage } from './stage.mjs';

const stage = new Stage();
before(async () => {
  await stage.start();
  await stage.firstAccount();
});
after(() => stage.stop());

guardScreens(stage);
